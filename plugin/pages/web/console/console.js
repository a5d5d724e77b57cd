// The console: asks for the figures of a period, and puts them onto the page. What is asked for stands in the address.

import { el, fill } from '/pages/dom.js';
import { figures } from '/console/figures.js';
import { state } from '/console/state.js';
import { look } from '/console/look.js';
import { after } from '/console/periods.js';

const byId = (id) => document.getElementById(id);
const UNNAMED = 'not named';

let clients = [null]; // by the options of the field: null is all of them
let today;
let asking;

function address() {
  const asked = new URLSearchParams(location.search);
  const kept = new URLSearchParams();
  for (const key of ['from', 'to', 'client']) if (asked.has(key)) kept.set(key, asked.get(key));
  return kept;
}

function goTo(from, to) {
  const asked = new URLSearchParams({ from, to });
  const client = clients[byId('client').selectedIndex] ?? null;
  if (client !== null) asked.set('client', client);
  history.pushState(null, '', `?${asked}`);
  load();
}

/** The fields as the answer has them. */
function showFields(told) {
  byId('from').value = told.from;
  byId('to').value = told.to;
  const seen = (told.report?.clients ?? []).map((each) => each.client);
  const names = new Set([...told.clients.map((each) => each.client), ...seen]);
  if (told.client !== undefined) names.add(told.client);
  clients = [null, ...[...names].sort()];
  const field = byId('client');
  fill(field, clients.map((name) => el('option', {}, name === null ? 'All' : name || UNNAMED)));
  field.selectedIndex = Math.max(0, clients.indexOf(told.client ?? null));
}

function show(told) {
  today = told.now.slice(0, 10);
  showFields(told);
  byId('problem').textContent = '';
  fill(byId('figures'), look(told), figures(told), state(told));
  byId('said').textContent = told.report
    ? `${told.report.calls.toLocaleString('en-GB')} calls from ${told.from} to ${told.to}, UTC. As of ${told.now.replace('T', ' ').replace('Z', ' UTC')}.`
    : 'There are no figures.';
}

async function why(response) {
  try {
    return (await response.json()).issue[0].diagnostics;
  } catch {
    return `the service answered ${response.status}`;
  }
}

async function load() {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  byId('said').textContent = 'Counting …';
  byId('figures').setAttribute('aria-busy', 'true');
  let problem = '';
  try {
    const response = await fetch(`/console/report.json?${address()}`, { signal: mine.signal, cache: 'no-store' });
    if (response.ok) show(await response.json());
    else problem = `There are no figures: ${await why(response)}.`;
  } catch (error) {
    if (error.name === 'AbortError') return;
    problem = 'The service does not answer.';
  }
  byId('figures').setAttribute('aria-busy', 'false');
  if (!problem) return;
  byId('problem').textContent = problem;
  byId('said').textContent = '';
}

byId('period').addEventListener('submit', (event) => {
  event.preventDefault();
  goTo(byId('from').value, byId('to').value);
});
for (const button of document.querySelectorAll('[data-days]')) {
  button.addEventListener('click', () => today && goTo(after(today, 1 - Number(button.dataset.days)), today));
}
window.addEventListener('popstate', load);
load();
