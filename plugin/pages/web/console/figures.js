// How often the service spoke and what clinicians did, of one period.

import { el } from '/pages/dom.js';
import { bars, number, part, share, stack, table, wideTable } from '/console/charts.js';
import { answerName, clientName, findingName, reasonName, tierName } from '/console/names.js';
import { points, steps } from '/console/periods.js';

const FIRST_FINDINGS = 12;

export function section(id, title, ...content) {
  return el('section', { 'aria-labelledby': id }, el('h2', { id }, title), content);
}

const counted = (count, of) => [number(count), el('span', { className: 'of' }, share(count, of).replace(' ', '\u00a0'))];

function overview({ report, from, to }) {
  const step = steps(from, to);
  const every = step.weekly ? 'by week' : 'by day';
  const trend = (what, value) => bars(`${what} ${every}`, points(report.days, step, value));
  const tile = (name, value, more, drawn) => el('div', {}, el('dt', {}, name), el('dd', {}, value),
    el('dd', { className: 'more' }, more), drawn ? el('dd', { className: 'trend' }, drawn) : '');
  const time = report.milliseconds;
  const columns = [{ name: step.weekly ? 'Week of' : 'Day' }, ...['Calls', 'With a card', 'Cards shown', 'Accepted', 'Overridden', 'Ignored',
    'Would have been shown'].map((name) => ({ name, number: true }))];
  const kinds = ['calls', 'fired', 'shown', 'accepted', 'overridden', 'ignored', 'silent'];
  const series = kinds.map((kind) => points(report.days, step, (day) => day[kind]));
  return section('overview', 'Overview',
    el('dl', { className: 'tiles' },
      tile('Calls', number(report.calls), `about ${number(report.patients)} ${report.patients === 1 ? 'patient' : 'patients'}`, trend('Calls', (day) => day.calls)),
      tile('With a card', share(report.fired, report.calls), `${number(report.fired)} calls`, trend('Calls with a card', (day) => day.fired)),
      tile('Cards shown', number(report.shown), `${number(report.repeated)} again on the same picture`, trend('Cards shown', (day) => day.shown)),
      tile('Accepted', share(report.accepted, report.shown), `${number(report.accepted)} cards`, trend('Cards accepted', (day) => day.accepted)),
      tile('Overridden', share(report.overridden, report.shown), `${number(report.overridden)} cards`, trend('Cards overridden', (day) => day.overridden)),
      tile('Ignored', share(report.ignored, report.shown), `${number(report.ignored)} cards without any feedback`, trend('Cards ignored', (day) => day.ignored)),
      tile('Would have been shown', number(report.silent), 'silent or outside the pilot', trend('Cards that would have been shown', (day) => day.silent)),
      tile('Own time', `${time.p95.toFixed(1)} ms`, `for 95 % of calls; 99 %: ${time.p99.toFixed(1)} ms`)),
    el('details', {}, el('summary', {}, `The same ${every} as a table`),
      wideTable(`Calls and cards ${every}`, columns, step.list.map((name, at) => [name, ...series.map((each) => number(each[at].value))]))));
}

function pathways(told) {
  const { report, from, to, rollout } = told;
  const step = steps(from, to);
  const modes = new Map(rollout.answers.map((each) => [each.answer, each.modes]));
  const mode = (id) => [...new Set(modes.get(id) ?? [])].map((each) => el('span', { className: `mode mode-${each}` }, each));
  const rows = report.byPathway.map((group) => [
    [el('a', { href: `/knowledge#pathway-${encodeURIComponent(group.pathway)}` }, answerName(told, group.pathway)), ' ', mode(group.pathway)],
    bars(`Cards that name ${answerName(told, group.pathway)}`, points(report.days, step, (day) => day.pathways[group.pathway]?.fired ?? 0), true),
    number(group.fired), number(group.shown), counted(group.accepted, group.shown), counted(group.overridden, group.shown),
    counted(group.ignored, group.shown), number(group.snoozed), number(group.silent)]);
  const columns = [{ name: 'Pathway' }, { name: 'Cards over time', wide: true }, ...['Cards made', 'Shown', 'Accepted', 'Overridden', 'Ignored',
    'After override', 'Would show'].map((name) => ({ name, number: true }))];
  const tiers = report.byTier.map((group) => [tierName(group.tier), number(group.calls), number(group.shown),
    counted(group.accepted, group.shown), counted(group.overridden, group.shown), counted(group.ignored, group.shown), number(group.silent)]);
  return section('pathways', 'Pathways',
    rows.length > 0 ? [table('', columns, rows, 'stacks trends'),
      el('p', { className: 'hint' }, 'After override: made, and kept away because a clinician had overridden the same. '
        + 'Would show: made while the pathway is silent, or outside its pilot.')] : el('p', {}, 'No pathway was raised.'),
    el('details', {}, el('summary', {}, 'By how pressing the answer was'),
      table('', [{ name: 'Tier' }, ...['Calls', 'Shown', 'Accepted', 'Overridden', 'Ignored', 'Would show']
        .map((name) => ({ name, number: true }))], tiers)));
}

function overrides(told) {
  const { report } = told;
  const of = report.overrideReasons.reduce((sum, each) => sum + each.count, 0);
  return section('overrides', 'What clinicians did',
    report.shown > 0
      ? stack('Cards that were shown', [
        { kind: 'accepted', name: 'accepted', value: report.accepted },
        { kind: 'overridden', name: 'overridden', value: report.overridden },
        { kind: 'ignored', name: 'ignored', value: report.ignored }])
      : el('p', {}, 'No card was shown.'),
    report.accepted + report.overridden + report.ignored > report.shown
      ? el('p', { className: 'hint' }, 'A card that was accepted and overridden counts as both.') : '',
    el('h3', {}, 'Reasons of overrides'),
    of > 0
      ? table('', [{ name: 'Reason' }, { name: 'Share', wide: true }, { name: 'Overrides', number: true }],
        report.overrideReasons.map((each) => [el('bdi', {}, reasonName(told, each.reason)), part(each.count, of), counted(each.count, of)]))
      : el('p', {}, 'No card was overridden.'));
}

function undocumented(told) {
  const { report } = told;
  const counts = new Map(report.unknown.map((each) => [each.finding, each.count]));
  for (const id of Object.keys(told.names.redFlags)) if (!counts.has(id)) counts.set(id, 0);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || findingName(told, a[0]).localeCompare(findingName(told, b[0])));
  const of = report.unknownOf;
  const columns = [{ name: 'Red flag' }, { name: 'Share', wide: true }, { name: 'Calls without it', number: true }];
  const row = ([id, count]) => [
    [el('a', { href: `/knowledge#finding-${encodeURIComponent(id)}` }, findingName(told, id)), ' ',
      of > 0 && count >= of ? el('span', { className: 'mode never' }, 'never documented') : ''],
    part(count, of), counted(count, of)];
  const rest = sorted.slice(FIRST_FINDINGS);
  return section('undocumented', 'What the EHR does not tell',
    el('p', { className: 'hint' }, `Red flags on which the chart said neither yes nor no, of ${number(of)} calls that came to a card. `
      + 'What is never documented is perhaps written where this service cannot read it.'),
    of > 0 ? [table('', columns, sorted.slice(0, FIRST_FINDINGS).map(row)),
      rest.length > 0 ? el('details', {}, el('summary', {}, `${rest.length} more`), table('', columns, rest.map(row))) : '']
      : el('p', {}, 'No call came to a card.'));
}

function hooks({ report }) {
  const columns = [{ name: 'Hook' }, ...['Calls', 'With a card', 'Half within', '95 % within', '99 % within', 'Slowest']
    .map((name) => ({ name, number: true }))];
  const time = (times) => ['p50', 'p95', 'p99', 'slowest'].map((each) => (times ? `${times[each].toFixed(2)} ms` : '–'));
  return section('hooks', 'Hooks and time',
    el('p', { className: 'hint' }, 'Own time of a call, fetching included and the way to the EHR not.'),
    table('', columns, [...report.byHook.map((each) => [each.hook, number(each.calls), counted(each.fired, each.calls), ...time(each.milliseconds)]),
      ['All', number(report.calls), counted(report.fired, report.calls), ...time(report.milliseconds)]]));
}

function perClient({ report }) {
  if (report.clients.length < 2) return '';
  return section('clients', 'Clients', table('Calls of every client in this period',
    [{ name: 'Client' }, { name: 'Calls', number: true }], report.clients.map((each) => [clientName(each.client), number(each.count)])));
}

/** All of it; where nothing was called, that. */
export function figures(told) {
  const { report } = told;
  if (!report) return '';
  if (report.calls > 0) return [overview(told), pathways(told), overrides(told), undocumented(told), hooks(told), perClient(told)];
  const ever = report.clients.length > 0;
  return section('overview', 'Overview', el('div', { className: 'panel' },
    el('p', {}, ever ? 'This client made no calls in this period.' : 'No calls yet in this period.'),
    el('p', { className: 'hint' }, told.demo
      ? ['Open a chart of ', el('a', { href: '/demo/' }, 'the demo'), '; what it asks is counted here.']
      : 'Calls are counted from the moment an EHR that is listed as a client sends one.')));
}
