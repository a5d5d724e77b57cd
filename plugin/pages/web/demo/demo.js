// The small EHR: keeps one open chart, makes the calls an EHR makes, and shows what comes back.

import { cardView, overriddenView, refusal, silence } from '/pages/card_view.js';
import { fill, el, plain } from '/pages/dom.js';
import {
  HOOKS, chartFrom, draftResource, getJson, isDraft, listedChart, noteResource, post, problemResource, requestFor,
} from './ehr.js';
import { factsOf, nameOf, recordView } from './record_view.js';
import { whyView } from '/pages/why_view.js';

const at = (id) => document.getElementById(id);
const service = (hook) => `/cds-services/plumbline-${hook}`;
const narrow = window.matchMedia('(max-width: 75rem)'); // the patients stand above the chart
const oneColumn = window.matchMedia('(max-width: 48rem)');

/** What is open: the chart, the hook that was fired last, and the problem it was fired for. */
const open = { chart: null, hook: 'patient-view', problem: null, call: 0, drawn: '' };
let menu;
let clock;

const charts = new Map();

// ---- feedback ----

async function send(entry) {
  const { now } = await getJson('/demo/clock.json');
  const { status } = await post(`${service(open.hook)}/feedback`, { feedback: [{ ...entry, outcomeTimestamp: now }] });
  return status === 200;
}

/** Does what a suggestion says, as far as this EHR can, and tells the service. */
async function accept(card, suggestion) {
  for (const action of suggestion.actions ?? []) {
    if (action.type === 'create' && ['ServiceRequest', 'MedicationRequest'].includes(action.resource?.resourceType)) {
      open.chart.resources.push(draftResource(open.chart, action.resource, clock));
    }
  }
  showRecord();
  const stored = await send({ card: card.uuid, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }] });
  return stored ? 'added as a draft' : 'added; the feedback was not stored';
}

async function override(card, reason, comment) {
  const { code, system, display } = reason;
  const stored = await send({
    card: card.uuid,
    outcome: 'overridden',
    overrideReason: { reason: { code, system, display }, ...(comment ? { userComment: comment } : {}) },
  });
  const words = stored ? 'The service has stored this as feedback.' : 'The service could not store this.';
  const shown = at(`card-${card.uuid}`).closest('article');
  const done = overriddenView(card, reason, comment, words);
  shown.replaceWith(done);
  done.tabIndex = -1;
  done.focus();
  at('said').textContent = plain(`Overridden. ${words}`);
}

// ---- the call ----

/** Where this EHR opens the red-flag screen: it has the charts of the menu, and no others. */
const launchOf = (chart) => (chart.story ? `/screen/?demo=${chart.id}` : undefined);

function showAnswer(status, body, tier) {
  if (status !== 200) {
    fill(at('answer'), refusal(status, body));
    at('said').textContent = `Refused with ${status}`;
    return;
  }
  const cards = body.cards ?? [];
  fill(at('answer'), cards.length === 0 ? silence(tier) : cards.map((each) => cardView(each, { accept, override, launch: launchOf(open.chart) })));
  const said = cards.length === 0 ? 'No card' : cards.map((each) => `${each.indicator}: ${each.summary}`).join('. ');
  if (at('said').textContent !== plain(said)) at('said').textContent = plain(said);
}

function showWhy(status, why) {
  at('why').hidden = status !== 200;
  if (status !== 200) return;
  // The same reasons are left standing, so that what was opened stays open while somebody writes.
  const drawn = JSON.stringify({ ...why, asOf: '' });
  if (drawn === open.drawn) return;
  open.drawn = drawn;
  fill(at('reasons'), whyView(why));
}

/** Fires the hook that is open and shows the answer, unless a later call has been made meanwhile. */
async function call() {
  const number = ++open.call;
  const request = requestFor(open.hook, open.chart, open.problem);
  const json = (value) => plain(JSON.stringify(value, null, 2));
  try {
    const [answer, why] = await Promise.all([post(service(open.hook), request), post('/demo/explain', request)]);
    if (number !== open.call) return;
    showAnswer(answer.status, answer.body, why.body.tier);
    showWhy(why.status, why.body);
    at('request').textContent = `POST ${service(open.hook)}\n\n${json(request)}`;
    at('response').textContent = `${answer.status}\n\n${json(answer.body)}`;
    at('answer').dataset.call = String(number);
  } catch {
    if (number === open.call) fill(at('answer'), el('p', { role: 'alert' }, 'The service did not answer. Is it still running?'));
  }
}

async function fire(hook) {
  if (open.problem && open.hook === 'problem-list-item-create') {
    open.chart.resources.push({ ...open.problem, id: `problem-${open.chart.resources.length}` });
  }
  open.problem = null;
  if (hook === 'problem-list-item-create') {
    open.problem = problemResource(open.chart, menu.problems[Number(at('problem').value)].code, clock);
  }
  const { chart } = open;
  const ordering = hook === 'order-select' || hook === 'order-sign';
  if (ordering && !chart.resources.some(isDraft)) draft();
  open.hook = hook;
  for (const button of document.querySelectorAll('[data-hook]')) {
    button.setAttribute('aria-pressed', String(button.dataset.hook === hook));
  }
  await call();
  if (hook === 'order-sign') {
    for (const each of chart.resources.filter(isDraft)) each.status = 'active';
  }
  showRecord();
}

function draft() {
  const { resource } = menu.orders[Number(at('order').value)];
  open.chart.resources.push(draftResource(open.chart, resource, clock));
}

// ---- the chart ----

function showRecord() {
  const remove = (order) => {
    open.chart.resources = open.chart.resources.filter((each) => each !== order);
    showRecord();
    at('order').focus();
    call();
  };
  fill(at('record'), recordView(open.chart, { remove, added: open.problem }));
}

function show(chart) {
  Object.assign(open, { chart, problem: null, drawn: '' });
  chart.resources = chart.resources.filter((each) => each.id !== 'todays-note');
  fill(at('chart-title'), nameOf(chart));
  fill(at('facts'), factsOf(chart, clock));
  fill(at('story'), chart.story ?? 'Your own chart.');
  at('note').value = '';
  at('record-box').open = !oneColumn.matches;
  for (const button of document.querySelectorAll('#patients button')) {
    button.setAttribute('aria-current', String(button.dataset.chart === chart.id));
  }
  if (narrow.matches) at('picker').open = false;
  document.title = plain(`${nameOf(chart)} · Plumbline`);
  showRecord();
  return fire(chart.hook ?? 'patient-view');
}

let waiting;

function written() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const text = at('note').value.trim();
    open.chart.resources = open.chart.resources.filter((each) => each.id !== 'todays-note');
    if (text) open.chart.resources.push(noteResource(open.chart, text, clock));
    call();
  }, 300);
}

// ---- patients ----

async function chartOf(entry) {
  if (!charts.has(entry.id)) charts.set(entry.id, await listedChart(menu, entry, clock));
  return charts.get(entry.id);
}

function listPatient(entry, name, title) {
  const button = el('button', { type: 'button', onclick: async () => {
    history.replaceState(null, '', entry.story ? `#${entry.id}` : '#own');
    await show(await chartOf(entry));
    at('chart').focus({ preventScroll: !narrow.matches });
  } }, el('span', { className: 'who' }, name), el('span', { className: 'about' }, title));
  button.dataset.chart = entry.id;
  at('patients').append(el('li', {}, button));
}

async function openOwn() {
  at('own-problem').textContent = '';
  try {
    const [file] = at('own-file').files;
    const chart = chartFrom(file ? await file.text() : at('own-text').value);
    if (!charts.has(chart.id)) listPatient({ id: chart.id }, nameOf(chart), 'your own chart');
    charts.set(chart.id, chart);
    await show(chart);
  } catch (problem) {
    at('own-problem').textContent = plain(problem.message);
  }
}

// ---- start ----

function buttons() {
  const rows = { 'order-select': 'ordering', 'order-sign': 'ordering', 'problem-list-item-create': 'adding' };
  for (const { hook, label } of HOOKS) {
    const button = el('button', { type: 'button', 'aria-pressed': 'false', title: hook, onclick: () => fire(hook) }, label);
    button.dataset.hook = hook;
    at(rows[hook] ?? 'visit').append(button);
  }
  const options = (list) => list.map((each, i) => el('option', { value: String(i) }, each.label));
  fill(at('order'), options(menu.orders));
  fill(at('problem'), options(menu.problems));
}

async function start() {
  [menu, { now: clock }] = await Promise.all([getJson('/demo/charts.json'), getJson('/demo/clock.json')]);
  buttons();
  for (const entry of menu.charts) listPatient(entry, entry.name, entry.title);
  at('note').addEventListener('input', written);
  at('own-open').addEventListener('click', openOwn);
  const wanted = menu.charts.find((each) => each.id === location.hash.slice(1)) ?? menu.charts[0];
  await show(await chartOf(wanted));
}

start();
