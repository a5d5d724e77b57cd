// A store with weeks of calls in it, written as the service writes it but for the audit chain, which nothing here looks at.

import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

/** Numbers that look random and are the same in every run. */
function numbers(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * (most + 1));
  };
}

const PATHWAYS = ['cauda-equina', 'cord-compression', 'spinal-infection', 'occult-malignancy', 'vertebral-fracture'];
const FINDINGS = ['saddle-anaesthesia', 'reduced-anal-tone', 'gait-disturbance', 'fever', 'urinary-retention'];

/** Fills the store below `data`, which the service has made, with the 70 days up to `last`. Every text that comes from
    an EHR ends with `words`. Returns what it put in, counted by itself. */
export function fill(data, last, words) {
  const database = new DatabaseSync(join(data, 'plumbline.db'));
  const upTo = numbers(20261125);
  const statement = {
    audit: database.prepare(`INSERT INTO audit (at, kind, service, client, issuer, jti, hookInstance, patient, who, tier, pathways,
      cards, pack, microseconds, held, hash) VALUES (?, 'call', ?, ?, '', '', '', ?, ?, ?, ?, ?, 'sha256:1', ?, ?, '')`),
    card: database.prepare(`INSERT INTO cards (card, shown, service, hook, client, patient, who, topic, pathways, tier, indicator,
      pack, microseconds, held) VALUES (?, ?, ?, 'patient-view', ?, ?, ?, ?, ?, ?, 'warning', 'sha256:1', ?, ?)`),
    feedback: database.prepare(`INSERT INTO feedback (card, outcome, moment, stamp, received, service, client, suggestions,
      reasonSystem, reasonCode, comment) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)`),
    unknown: database.prepare(`INSERT INTO unknown (day, client, finding, calls) VALUES (?, ?, ?, 1)
      ON CONFLICT (day, client, finding) DO UPDATE SET calls = calls + 1`),
  };
  const counted = { calls: 0, fired: 0, shown: 0, accepted: 0, overridden: 0, silent: 0, byClient: {} };
  database.exec('BEGIN');
  for (let back = 69; back >= 0; back -= 1) {
    const day = new Date(Date.parse(`${last}T00:00:00Z`) - back * 86400000).toISOString().slice(0, 10);
    for (let call = 20 + upTo(40); call > 0; call -= 1) {
      const at = `${day}T${String(7 + upTo(11)).padStart(2, '0')}:${String(upTo(59)).padStart(2, '0')}:00Z`;
      const client = upTo(3) > 0 ? 'city-hospital' : `shire ${words}`;
      const service = upTo(2) > 0 ? 'plumbline-patient-view' : 'plumbline-order-sign';
      const patient = `patient-hash-${upTo(900)}`;
      const micros = 300 + upTo(4000);
      const fires = upTo(8) === 0;
      const pathway = PATHWAYS[Math.min(upTo(4), upTo(4))];
      const tier = pathway === 'cauda-equina' ? 'emergency' : 'urgent';
      const card = randomUUID();
      const held = upTo(4) === 0 ? 1 : 0;
      statement.audit.run(at, service, client, patient, 'user-hash', fires ? tier : 'none', fires ? pathway : '', fires ? card : '',
        micros, fires ? held : 0);
      counted.calls += 1;
      counted.byClient[client] = (counted.byClient[client] ?? 0) + 1;
      if (!fires) continue;
      counted.fired += 1;
      statement.card.run(card, at, service, client, patient, 'user-hash', `topic-${pathway}-${patient}`, pathway, tier, micros, held);
      statement.unknown.run(day, client, '');
      FINDINGS.forEach((finding, place) => { if (upTo(4) >= place) statement.unknown.run(day, client, finding); });
      if (held > 0) {
        counted.silent += 1;
        continue;
      }
      counted.shown += 1;
      const did = ['accepted', 'overridden', 'overridden', ''][upTo(3)];
      if (!did) continue;
      counted[did] += 1;
      const reason = did === 'accepted' ? ['', ''] : [['urn:plumbline:override-reason', 'already-assessed'], ['urn:ehr:own', `site reason ${words}`]][upTo(1)];
      statement.feedback.run(card, did, at, at, at, service, client, ...reason, `comment of a clinician ${words}`);
    }
  }
  database.exec('COMMIT');
  database.close();
  return counted;
}
