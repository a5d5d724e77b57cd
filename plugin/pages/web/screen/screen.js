// The red-flag screen: shows the form for the chart that is open, keeps what a person answers, and shows the advice.
// The service holds the session with the EHR; nothing of it is here but a token against forged submissions.

import { cardView, refusal } from '/pages/card_view.js';
import { el, fill, plain } from '/pages/dom.js';
import { inline } from '/pages/markdown.js';

const at = (id) => document.getElementById(id);

/** The form as it is shown; `answers` are those that a person gave here, by question. */
const open = { form: null, chart: undefined, answers: new Map(), busy: false };

async function post(address, body) {
  const reply = await fetch(address, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-Plumbline-Screen': open.form?.csrf ?? '' },
    body: JSON.stringify({ ...body, chart: open.chart }),
  });
  return { status: reply.status, body: await reply.json() };
}

// ---- problems ----

function tell(title, ...content) {
  fill(at('problem'), el('h2', {}, title), content);
  at('problem').hidden = false;
  at('problem').focus();
}

/** What stands in place of an answer: what to do about it, and what the service said. */
function tellRefusal(status, body) {
  if (status === 401 || status === 403) {
    tell('This screen is no longer connected to the EHR',
      el('p', {}, 'Another patient was opened, or too much time has passed. Nothing was saved. Open the screen from the chart again.'));
  } else {
    tell('The service could not do this', refusal(status, body));
  }
}

// ---- the form ----

function mark(fieldset, answered) {
  fieldset.classList.toggle('answered', answered);
}

function count() {
  const shown = [...at('groups').querySelectorAll('.question')];
  const filled = shown.filter((each) => each.querySelector(':checked'));
  at('count').textContent = `${filled.length} of ${shown.length} answered, ${open.answers.size} by you`;
}

/** A person answered: also by choosing again what the chart says, which makes it of today. */
function answer(question, fieldset, code) {
  open.answers.set(question.id, code);
  mark(fieldset, true);
  count();
}

function next(fieldset) {
  const all = [...document.querySelectorAll('.question')].filter((each) => each.checkVisibility?.() ?? true);
  const after = all[all.indexOf(fieldset) + 1];
  if (after) (after.querySelector(':checked') ?? after.querySelector('input')).focus();
  else at('save').focus();
}

const KEYS = { y: 0, n: 1, u: 2 };

function pressed(event, question, fieldset) {
  const which = KEYS[event.key.toLowerCase()];
  if (which === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const input = fieldset.querySelectorAll('input')[which];
  input.checked = true;
  answer(question, fieldset, input.value);
  next(fieldset);
}

function questionView(question, answers) {
  const recorded = question.recorded && el('p', { className: 'recorded', id: `recorded-${question.id}` }, 'Chart: ', inline(question.recorded));
  const fieldset = el('fieldset', { className: 'question', 'aria-describedby': recorded ? recorded.id : undefined },
    el('legend', {}, question.text), recorded || null);
  const choices = answers.map((each, i) => {
    const input = el('input', { type: 'radio', name: question.id, value: each.code, checked: question.chart === each.code });
    input.addEventListener('click', () => answer(question, fieldset, each.code));
    return el('label', { title: each.display }, input, i < 2 ? each.display : 'Not assessed');
  });
  fieldset.append(el('div', { className: 'choices' }, choices));
  fieldset.addEventListener('keydown', (event) => pressed(event, question, fieldset));
  return fieldset;
}

function groupsOf(form, asked) {
  return form.groups.map((group) => ({ ...group, questions: group.questions.filter((each) => each.asked === asked) }))
    .filter((group) => group.questions.length > 0)
    .map((group) => el('section', {}, el('h2', {}, group.title), group.questions.map((each) => questionView(each, form.answers))));
}

function show(form) {
  open.form = form;
  open.answers.clear();
  at('title').textContent = plain(form.title);
  at('patient').textContent = plain(form.patient);
  fill(at('groups'), groupsOf(form, true));
  const others = groupsOf(form, false);
  fill(at('more-groups'), others);
  at('more').hidden = others.length === 0;
  at('wait').hidden = true;
  at('screen').hidden = false;
  count();
}

// ---- saving ----

const NAMES = {
  QuestionnaireResponse: 'as a questionnaire response',
  Observation: 'as an observation',
  DocumentReference: 'as a note',
};

function fates(result) {
  const said = [];
  if (result.writtenAs) said.push(el('li', {}, `Saved in the EHR ${NAMES[result.writtenAs] ?? ''}.`));
  if (result.why) said.push(el('li', { className: 'not' }, `Not saved in the EHR: ${result.why}. Copy the text into your note.`));
  said.push(result.kept
    ? el('li', {}, 'Kept by this service for the next calls about this patient.')
    : el('li', { className: 'not' }, 'This service could not keep the answers. Save again later, or copy the text into your note.'));
  return said;
}

function showResult(result) {
  open.form.submission = result.submission;
  fill(at('fate'), fates(result));
  fill(at('cards'), result.cards.length > 0 ? result.cards.map((each) => cardView(each))
    : el('div', { className: 'card none' }, el('p', { className: 'mark' }, 'No card'),
      el('p', {}, 'There is no card for this picture. That rules nothing out.')));
  at('note').value = plain(result.note).replaceAll('\ufffd', '');
  at('screen').hidden = true;
  at('result').hidden = false;
  at('result').focus();
  at('said').textContent = plain(result.cards.map((each) => `${each.indicator}: ${each.summary}`).join('. ') || 'No card');
  window.scrollTo(0, 0);
}

async function save(event) {
  event.preventDefault();
  if (open.busy) return;
  at('problem').hidden = true;
  if (open.answers.size === 0) {
    const first = document.querySelector('.question input');
    tell('Nothing is answered yet', el('p', {}, el('a', { href: '#screen', onclick: (click) => { click.preventDefault(); first.focus(); } },
      'Answer at least one question, or confirm what the chart says.')));
    return;
  }
  open.busy = true;
  at('save').disabled = true;
  at('said').textContent = 'Saving';
  try {
    const answers = [...open.answers].map(([question, code]) => ({ question, answer: code }));
    const { status, body } = await post('/screen/save', { submission: open.form.submission, answers });
    if (status === 200) showResult(body);
    else tellRefusal(status, body);
  } catch {
    tell('The service did not answer', el('p', {}, 'Your answers are still here. Save again: they count once.'));
  } finally {
    open.busy = false;
    at('save').disabled = false;
  }
}

async function copy() {
  at('note').select();
  let done = false;
  try {
    await navigator.clipboard.writeText(at('note').value);
    done = true;
  } catch {
    done = document.execCommand('copy'); // in a frame that may not use the clipboard
  }
  at('said').textContent = done ? 'Copied' : 'Selected: copy it with the keyboard';
  at('copy').textContent = done ? 'Copied' : 'Selected';
}

function again() {
  at('result').hidden = true;
  at('screen').hidden = false;
  at('copy').textContent = 'Copy';
  document.querySelector('.question input').focus();
}

// ---- start ----

/** In a demo the page sends the chart along, as the small EHR would send it to a service. */
async function demoChart(id) {
  const { getJson, listedChart, requestFor } = await import('/demo/ehr.js');
  const [menu, { now }] = await Promise.all([getJson('/demo/charts.json'), getJson('/demo/clock.json')]);
  const entry = menu.charts.find((each) => each.id === id);
  if (!entry) throw new Error('no such chart');
  return requestFor('patient-view', await listedChart(menu, entry, now));
}

async function start() {
  at('screen').addEventListener('submit', save);
  at('copy').addEventListener('click', copy);
  at('again').addEventListener('click', again);
  const demo = new URLSearchParams(location.search).get('demo');
  try {
    if (demo !== null) {
      at('demo').hidden = false;
      document.querySelector('.bar [href="/demo/"]').href = `/demo/#${encodeURIComponent(demo)}`;
      open.chart = await demoChart(demo);
    }
    const { status, body } = await post('/screen/form', {});
    at('wait').hidden = true;
    if (status === 200) show(body);
    else tellRefusal(status, body);
  } catch {
    at('wait').hidden = true;
    tell('There is no chart to ask about', el('p', {}, 'Open the screen from a patient’s chart.'));
  }
}

start();
