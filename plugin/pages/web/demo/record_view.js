// The chart as a clinician reads it. Whatever a chart holds, a member of the wrong kind is shown as nothing.

import { el, words } from '/pages/dom.js';
import { isDraft } from './ehr.js';

const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** The words of a CodeableConcept. */
export function named(concept) {
  const coding = list(concept?.coding).find((each) => each?.display || each?.code);
  return text(concept?.text) || text(coding?.display) || text(coding?.code) || 'without a name';
}

const day = (value) => text(value).slice(0, 10);

function ageOn(now, birthDate) {
  const [birth, today] = [day(birthDate), day(now)];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birth)) return '';
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4)) - (today.slice(5) < birth.slice(5) ? 1 : 0);
  return `${years} years`;
}

export function nameOf(chart) {
  const name = list(patientOf(chart).name)[0];
  return [...list(name?.given), name?.family].map(text).filter(Boolean).join(' ') || chart.id;
}

function patientOf(chart) {
  return chart.resources.find((each) => each.resourceType === 'Patient');
}

/** Age, sex, date of birth, reason of the visit. */
export function factsOf(chart, now) {
  const patient = patientOf(chart);
  const visit = chart.resources.find((each) => each.resourceType === 'Encounter');
  const reason = list(visit?.reasonCode).map(named).join(', ');
  return [ageOn(now, patient.birthDate), text(patient.gender), day(patient.birthDate) && `born ${day(patient.birthDate)}`,
    reason && `here for: ${reason}`].filter(Boolean).join(' · ');
}

function value(observation) {
  const quantity = observation.valueQuantity;
  if (quantity) return `${text(quantity.value)} ${text(quantity.unit).replace('Cel', '°C').replace('{score}', '').replace('mm[Hg]', 'mmHg')}`.trim();
  if (typeof observation.valueBoolean === 'boolean') return observation.valueBoolean ? 'yes' : 'no';
  if (observation.valueCodeableConcept) return named(observation.valueCodeableConcept);
  return text(observation.valueString) || text(observation.valueInteger);
}

function decoded(attachment) {
  if (typeof attachment?.data !== 'string') return 'not text';
  if (!/^text\/plain/.test(text(attachment.contentType))) return `${text(attachment.contentType) || 'a file'}, not shown here`;
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(attachment.data), (c) => c.charCodeAt(0)));
  } catch {
    return 'cannot be read';
  }
}

const when = (resource) =>
  day(resource.onsetDateTime ?? resource.effectiveDateTime ?? resource.performedDateTime ?? resource.authoredOn ??
    resource.authored ?? resource.date ?? resource.recordedDate ?? resource.start);

const status = (resource) => {
  const code = text(list(resource.clinicalStatus?.coding)[0]?.code) || text(resource.status);
  return ['active', 'final', 'completed', 'current'].includes(code) ? '' : code;
};

function entry(what, ...about) {
  const facts = about.filter(Boolean).join(' · ');
  return el('li', {}, words(what), facts && el('span', { className: 'about' }, facts));
}

function section(title, entries, ...more) {
  if (entries.length === 0 && more.length === 0) return [];
  return el('section', {}, el('h4', {}, title), entries.length > 0 && el('ul', { className: 'entries' }, entries), more);
}

function answers(items) {
  return list(items).flatMap((item) => [
    ...list(item?.answer).map((each) =>
      `${text(item.text) || text(item.linkId).replaceAll('-', ' ')}: ${text(each?.valueCoding?.display) || text(each?.valueCoding?.code) || text(each?.valueString) || String(each?.valueBoolean ?? '')}`),
    ...answers(item?.item),
  ]);
}

function notes(chart) {
  return chart.resources
    .filter((each) => each.resourceType === 'DocumentReference' && each.id !== 'todays-note')
    .map((each) =>
      el('article', { className: 'note' },
        el('h5', {}, `${named(each.type)}, ${day(each.date) || 'no date'}`),
        list(each.content).map((content) => el('p', { dir: 'auto', className: 'prose' }, decoded(content?.attachment)))));
}

function drafts(chart, remove) {
  return chart.resources.filter(isDraft).map((each) => {
    const what = named(each.code ?? each.medicationCodeableConcept);
    return el('li', {}, words(what), el('span', { className: 'about' }, [text(each.priority), 'draft'].filter(Boolean).join(' · ')),
      el('button', { type: 'button', className: 'small', 'aria-label': `Remove the draft of ${what}`, onclick: () => remove(each) }, 'Remove'));
  });
}

/** The record, part by part. `remove(draft)` takes a draft order back; `added` is a problem being added. */
export function recordView(chart, { remove, added }) {
  const of = (...types) => chart.resources.filter((each) => types.includes(each.resourceType) && !isDraft(each));
  const problems = [...of('Condition').map((each) => entry(named(each.code), when(each), status(each)))];
  if (added) problems.push(entry(named(added.code), 'being added'));
  return [
    section('Draft orders', drafts(chart, remove)),
    section('Problems', problems),
    section('Medicines', of('MedicationRequest', 'MedicationStatement').map((each) =>
      entry(named(each.medicationCodeableConcept), text(list(each.dosageInstruction)[0]?.text), when(each) && `since ${when(each)}`, status(each)))),
    section('Measurements and examination', of('Observation').map((each) => entry(named(each.code), value(each), when(each)))),
    section('Orders, imaging and procedures', of('ServiceRequest', 'DiagnosticReport', 'Procedure', 'Appointment').map((each) =>
      entry(named(each.code), when(each), text(each.priority), text(each.conclusion), status(each)))),
    section('Notes on file', [], ...(notes(chart).length > 0 ? notes(chart) : [])),
    of('QuestionnaireResponse').map((each) =>
      section(`Questionnaire, ${when(each) || 'no date'}`, [], el('details', {}, el('summary', {}, `${answers(each.item).length} answers`),
        el('ul', {}, answers(each.item).map((line) => el('li', {}, words(line))))))),
    chart.failed.map((key) => el('p', { className: 'hint' }, `The search for ${key} fails in this chart.`)),
  ].flat();
}
