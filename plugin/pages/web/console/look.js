// What somebody should look at, the most pressing first: drawn from the same figures, with the numbers it rests on.

import { el } from '/pages/dom.js';
import { number, share } from '/console/charts.js';
import { section } from '/console/figures.js';
import { answerName, findingName, reasonName } from '/console/names.js';

/** Of fewer cards or calls nothing is concluded. */
const ENOUGH = 20;
const CERTIFICATE_DAYS = 30;

const item = (kind, title, text) => el('li', { className: kind }, el('b', {}, title), ' ', text);

function ofHealth({ health, now, problem }) {
  const { store } = health;
  const days = health.certificateUntil ? Math.floor((Date.parse(health.certificateUntil) - Date.parse(now)) / 86400000) : undefined;
  return [
    problem && item('now', 'There are no figures.', `${problem}.`),
    store && !store.writable && item('now', 'The store cannot be written.', 'Feedback is refused, and what is shown is not kept.'),
    store?.callsLost > 0 && item('now', 'Calls were not kept.', `${number(store.callsLost)} since the service started: the figures are too low.`),
    days !== undefined && days < CERTIFICATE_DAYS && item('now', 'The certificate ends soon.', `In ${days} days.`),
    health.searches.paused > 0 && item('soon', 'A FHIR server did not answer.', `${number(health.searches.paused)} searches were not sent to it.`),
    health.serverNotListed > 0 && item('soon', 'A server that is not listed was named.', `${number(health.serverNotListed)} requests: is it one of the client's fhirServers?`),
  ];
}

function ofFigures(told) {
  const { report } = told;
  const never = report.unknownOf >= ENOUGH ? report.unknown.filter((each) => each.count >= report.unknownOf) : [];
  return [
    ...report.review.answers.map((each) => item('soon', `${answerName(told, each.answer)}: to revise or retire?`,
      `${number(each.shown)} shown, ${share(each.overridden, each.shown)} overridden, ${share(each.ignored, each.shown)} ignored`
      + `${each.reason ? `; most often: ${reasonName(told, each.reason)} (${number(each.reasonCount)})` : ''}.`)),
    report.shown >= ENOUGH && report.feedback === 0 && item('soon', 'No feedback came.', `On ${number(report.shown)} cards: does the EHR send it?`),
    report.quarantined > 0 && item('soon', 'Feedback on cards that were not shown.', `${number(report.quarantined)} reports; they count for nothing.`),
    never.length > 0 && item('', 'Never documented:', `${never.map((each) => findingName(told, each.finding)).join(', ')}.`),
  ];
}

function ofContent({ pack, rollout }) {
  const sent = rollout.answers.some((each) => each.modes.some((mode) => mode === 'on' || mode === 'pilot'));
  return [
    !sent && item('', 'Nothing is brought out.', 'Cards are made and kept, and none is sent.'),
    pack.status === 'draft' && item('', 'The content is a draft.', 'A clinical safety officer has not signed it.'),
    pack.status === 'retired' && item('soon', 'The content is retired.', 'A newer one stands in its place.'),
  ];
}

export function look(told) {
  const items = [...ofHealth(told), ...(told.report ? ofFigures(told) : []), ...ofContent(told)].filter(Boolean);
  return section('look', 'To look at', items.length > 0 ? el('ul', { className: 'look' }, items) : el('p', {}, 'Nothing.'));
}
