// How far answers are brought out, and whether the service is well.

import { el } from '/pages/dom.js';
import { number, table } from '/console/charts.js';
import { section } from '/console/figures.js';
import { answerName, clientName } from '/console/names.js';

const SEARCHES = {
  fetched: 'fetched', off: 'nothing is fetched here', 'not-offered': 'the EHR offered no access', 'not-listed': 'a server that is not listed',
  unsound: 'an authorization that was not complete', expired: 'a token that had expired', 'no-context': 'context was missing',
  'not-searched': 'this kind of EHR is not asked', paused: 'left alone after failures (circuit breaker open)', busy: 'too much under way',
  address: 'no address that may be connected to', unreachable: 'could not be reached', late: 'too late', denied: 'access denied',
  refused: 'refused', 'too-large': 'too large', unusable: 'not what was asked for',
};

const moment = (text) => text.replace('T', ' ').replace('Z', ' UTC');
const pill = (mode) => el('span', { className: `mode mode-${mode}` }, mode);

function rollout(told) {
  const { hooks, answers, pilot } = told.rollout;
  const alike = answers.every((each) => new Set(each.modes).size === 1);
  const columns = [{ name: 'Answers' }, ...(alike ? [{ name: 'All hooks' }] : hooks.map((name) => ({ name })))];
  const alikes = new Map();
  for (const each of answers) {
    const key = each.modes.join();
    alikes.set(key, [...(alikes.get(key) ?? []), each]);
  }
  const rows = [...alikes.values()].map((group) => [
    el('ul', { className: 'names' }, group.map((each) => el('li', {}, answerName(told, each.answer)))),
    ...(alike ? group[0].modes.slice(0, 1) : group[0].modes).map(pill)]);
  const piloted = answers.some((each) => each.modes.includes('pilot'));
  return section('rollout', 'Rollout',
    el('p', { className: 'hint' }, 'On: cards are sent. Pilot: to whom the pilot reaches. Silent: kept and not sent. Off: neither. The same for every client.'),
    piloted ? el('p', {}, `The pilot reaches ${pilot.percent} % of each client's users${pilot.places > 0 ? `, and everybody at ${pilot.places} places` : ''}.`) : '',
    table('', columns, rows),
    el('h3', {}, 'Clients'),
    told.clients.length > 0
      ? table('', [{ name: 'Client' }, { name: 'Kind of EHR' }], told.clients.map((each) => [clientName(each.client), each.profile]))
      : el('p', {}, told.demo ? 'A demo answers anybody on this machine.' : 'No client is listed.'));
}

function facts(pairs) {
  return el('dl', { className: 'facts-list' }, pairs.filter(Boolean).map(([name, ...value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

function content({ pack, report }) {
  const used = report?.contents ?? [];
  return section('content', 'Content',
    facts([['Version', pack.version], ['Status', pack.status], ['Digest', el('code', {}, pack.digest)]]),
    used.length > 0 ? [el('h3', {}, 'What answered in this period'),
      table('', [{ name: 'Digest' }, { name: 'Calls', number: true }, { name: 'First' }, { name: 'Last' }],
        used.map((each) => [[el('code', {}, each.digest), each.digest === pack.digest ? ' in force' : ''],
          number(each.calls), moment(each.first), moment(each.last)]))] : '');
}

function health({ health: its, problem }) {
  const searches = Object.entries(its.searches).filter(([, count]) => count > 0);
  return section('health', 'Health',
    el('p', { className: 'hint' }, 'Counts since the service started.'),
    facts([
      ['Service', its.ready ? 'takes calls' : 'is shutting down'],
      ['Store', !its.store ? 'none' : its.store.writable ? 'is written' : 'cannot be written', problem ? `; ${problem}` : ''],
      its.store && ['Calls kept', number(its.store.calls)],
      its.store && ['Calls not kept', number(its.store.callsLost)],
      its.store && ['Writes that failed', number(its.store.failures)],
      its.store && ['Feedback kept', `${number(its.store.feedback)}; sent again: ${number(its.store.repeated)}; on cards not shown: ${number(its.store.quarantined)}`],
      ['Certificate', its.certificateUntil ? `good until ${moment(its.certificateUntil)}` : 'none: plain HTTP'],
      ['Servers not listed', `${number(its.serverNotListed)} requests named one`]]),
    el('h3', {}, 'Searches of FHIR servers'),
    searches.length > 0
      ? table('', [{ name: 'What came of it' }, { name: 'Searches', number: true }], searches.map(([name, count]) => [SEARCHES[name] ?? name, number(count)]))
      : el('p', {}, 'None.'));
}

export const state = (told) => [rollout(told), content(told), health(told)];
