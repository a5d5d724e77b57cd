// A card as an EHR shows it.

import { el, link } from '/pages/dom.js';
import { markdown } from './markdown.js';

const INDICATORS = { critical: 'Critical', warning: 'Warning', info: 'Information' };

function suggestions(card, accept) {
  return (card.suggestions ?? []).map((each) => {
    const button = el('button', {
      type: 'button',
      className: 'suggestion',
      onclick: async () => {
        button.disabled = true;
        button.textContent = `${each.label}: ${await accept(card, each)}`;
      },
    }, each.label);
    return el('li', {}, button);
  });
}

function overriding(card, override) {
  const reasons = card.overrideReasons ?? [];
  if (reasons.length === 0) return null;
  const select = el('select', { id: `reason-${card.uuid}` }, reasons.map((each, i) => el('option', { value: String(i) }, each.display)));
  const comment = el('input', { type: 'text', id: `comment-${card.uuid}`, maxLength: 300, autocomplete: 'off' });
  const send = el('button', { type: 'button', className: 'main', onclick: () => override(card, reasons[Number(select.value)], comment.value.trim()) }, 'Override this card');
  return el('details', { className: 'override' }, el('summary', {}, 'Override'),
    el('label', { htmlFor: select.id }, 'Reason'), select,
    el('label', { htmlFor: comment.id }, 'Comment (optional)'), comment, send);
}

/**
 * `accept(card, suggestion)` gives what to say of it; `override(card, reason, comment)` takes the card away; `launch`
 * is the address at which this EHR opens the red-flag screen, whatever address the card has for it. What is left out is
 * not offered.
 */
export function cardView(card, { accept, override, launch } = {}) {
  const indicator = INDICATORS[card.indicator] ? card.indicator : 'info';
  const heading = el('h3', { id: `card-${card.uuid}` }, card.summary);
  const offered = accept ? suggestions(card, accept) : [];
  return el('article', { className: `card ${indicator}`, 'aria-labelledby': heading.id },
    el('p', { className: 'mark' }, INDICATORS[indicator]),
    heading,
    el('div', { className: 'detail' }, markdown(card.detail ?? '')),
    offered.length > 0 && el('ul', { className: 'suggestions', 'aria-label': 'Suggestions' }, offered),
    el('p', { className: 'source' }, 'Source: ', card.source?.url ? link(card.source.label, card.source.url) : card.source?.label ?? ''),
    (card.links ?? []).filter((each) => !launch || each.type !== 'smart')
      .map((each) => el('p', { className: 'source' }, link(each.label, each.url))),
    launch && el('p', { className: 'source' }, link('Red-flag screen', launch)),
    override && overriding(card, override));
}

/** What stands where a card was. */
export function overriddenView(card, reason, comment, stored) {
  return el('article', { className: 'card done' },
    el('p', { className: 'mark' }, 'Overridden'),
    el('p', { className: 'gone' }, card.summary),
    el('p', {}, `Reason: ${reason.display}${comment ? `. Comment: ${comment}` : ''}`),
    el('p', { className: 'hint' }, stored));
}

/** What an EHR shows when there is no card: nothing. The demo says so, and whether one was due. */
export function silence(tier) {
  return el('div', { className: 'card none' }, el('p', { className: 'mark' }, 'No card'),
    el('p', {}, tier && tier !== 'none'
      ? 'The EHR shows nothing: the card for this picture was answered before and is kept away for now. A new red flag brings it back.'
      : 'The EHR shows nothing. That rules nothing out.'));
}

/** A refusal, as its OperationOutcome says it. */
export function refusal(status, outcome) {
  const issues = Array.isArray(outcome?.issue) ? outcome.issue : [];
  return el('div', { className: 'card refused', role: 'alert' }, el('p', { className: 'mark' }, `Refused: ${status}`),
    el('ul', {}, issues.map((each) => el('li', {}, each.diagnostics, each.expression && el('code', {}, ` ${each.expression}`)))));
}
