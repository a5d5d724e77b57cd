// Why an answer came out as it did: pathways, rules and findings with the piece of the chart behind each.

import { el, link, words } from '/pages/dom.js';

const tier = (name) => el('span', { className: `tier tier-${/^[a-z-]+$/.test(name) ? name : 'none'}` }, name);

const toFinding = (finding) => link(finding.name, `/knowledge#finding-${finding.id}`);

const between = (nodes, mark) => nodes.flatMap((node, i) => (i === 0 ? [node] : [mark, node]));

/** What the chart says first, then where and when it says so. */
function piece(each) {
  const facts = [each.source, each.quote && each.kind, ...each.marks, each.aside && `${each.aside}: not counted`].filter(Boolean).join(' · ');
  return el('li', {}, `${each.says}: `, each.words && [words(each.words), ' '], each.quote && [el('q', {}, words(each.quote)), ' '],
    el('span', { className: 'whence' }, el('span', { className: 'when' }, each.when || 'undated'), facts && [' · ', words(facts)]));
}

/** The same words may speak to a finding in two ways; once is enough to read. */
function once(evidence) {
  return [...new Map(evidence.map((each) => [JSON.stringify(each), each])).values()];
}

function found(each) {
  const quiet = ['active', 'no evidence of presence'];
  const notes = [each.kind.replace('-', ' '), each.reason.replace('-', ' '), quiet.includes(each.grade) ? '' : each.grade, ...each.marks].filter(Boolean).join('; ');
  return el('li', {}, toFinding(each), notes && el('span', { className: 'about' }, notes), el('ul', { className: 'evidence' }, once(each.evidence).map(piece)));
}

const KINDS = ['red-flag', 'diagnosis', 'risk-factor', 'stress', 'mechanical', 'context'];

function findings(title, unsorted, open) {
  if (unsorted.length === 0) return null;
  const list = [...unsorted].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return el('details', { open }, el('summary', {}, `${title} (${list.length})`), el('ul', { className: 'entries' }, list.map(found)));
}

const VERDICTS = { holds: 'holds', open: 'open', 'does not hold': 'does not hold' };

function rule(each) {
  const about = { holds: 'by ', open: 'would need ' }[each.verdict];
  return el('li', {},
    el('span', { className: `verdict ${each.verdict === 'holds' ? 'holds' : ''}` }, VERDICTS[each.verdict] ?? each.verdict),
    each.at && [' at ', tier(each.at)], ' ', each.because, ' ', el('code', {}, each.id),
    about && each.findings.length > 0 && el('span', { className: 'about' }, about, between(each.findings.map(toFinding), ', ')));
}

function pathway(each) {
  const rank = { holds: 0, open: 1, 'does not hold': 2 };
  const rules = [...each.rules].sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  const decided = each.tier ? rules.filter((one) => one.verdict === 'holds') : [];
  const rest = rules.filter((one) => !decided.includes(one));
  return el('li', {},
    link(each.title, `/knowledge#pathway-${each.id}`), ' ', each.tier ? tier(each.tier) : null, each.acted && el('span', { className: 'about' }, each.acted),
    decided.length > 0 && el('ul', { className: 'evidence' }, decided.map(rule)),
    rest.length > 0 && el('details', {}, el('summary', {}, `${decided.length > 0 ? 'other rules' : 'rules'} (${rest.length})`), el('ul', { className: 'evidence' }, rest.map(rule))));
}

function pathways(why) {
  const raised = why.pathways.filter((each) => each.tier);
  const others = why.pathways.filter((each) => !each.tier);
  return [
    raised.length > 0 && el('ul', { className: 'entries' }, raised.map(pathway)),
    el('details', {}, el('summary', {}, `Pathways not raised (${others.length})`), el('ul', { className: 'entries' }, others.map(pathway))),
  ];
}

function overview(why) {
  const pain = why.pain.inPlay
    ? `Pain in play since ${why.pain.since || 'an unknown date'}, ${why.pain.regions.join(' and ') || 'region not recorded'}.`
    : 'No back, neck or thoracic pain in play.';
  const act = why.act ? ` An act attributes the pain to stress: ${why.act}.` : '';
  const stress = why.stress.strength === 'none' ? 'No stress pattern.' : `Stress pattern: ${why.stress.strength}, weight ${why.stress.weight}.`;
  return el('p', {}, tier(why.tier), ` ${pain} ${stress}${act}`);
}

function gaps(why, heading) {
  const lines = [
    ...why.unread.map((each) => `Failed or read in part: ${each}`),
    ...why.missing.map((each) => `Not supplied: ${each}`),
    ...why.unreadable.map((each) => `Unreadable: ${each.what} at ${each.where}`),
  ];
  return lines.length > 0 && el('section', {}, el(heading, {}, 'Not supplied, or not read'), el('ul', {}, lines.map((each) => el('li', {}, words(each)))));
}

/** `why` is the JSON of plugin/explanation.h; `heading` the level of its parts. */
export function whyView(why, heading = 'h3') {
  const by = (state) => why.findings.filter((each) => each.state === state);
  return [
    overview(why),
    el(heading, {}, 'Pathways'),
    pathways(why),
    el(heading, {}, 'Findings'),
    findings('Present', by('present'), true),
    findings('Absent', by('absent'), false),
    findings('Unknown, though something is recorded', by('unknown'), true),
    el('details', {}, el('summary', {}, `Not documented (${why.undocumented.length})`),
      el('p', {}, between(why.undocumented.map(toFinding), ', '))),
    el(heading, {}, 'Structural screen'),
    why.screen.length === 0
      ? el('p', {}, 'Nothing open.')
      : el('details', {}, el('summary', {}, `Open items (${why.screen.length})`),
          el('ul', {}, why.screen.map((each) => el('li', {}, `${each.label}: `, between(each.findings.map(toFinding), ', '))))),
    gaps(why, heading),
  ];
}
