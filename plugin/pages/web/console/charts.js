// Small charts, and the tables that say the same. A chart is drawn in units of its own view box, so that it fits
// whatever room it has; its label says in words what a reader would see.

import { el, plain } from '/pages/dom.js';

const SVG = 'http://www.w3.org/2000/svg';

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, plain(value));
  element.append(...children);
  return element;
}

export const number = (count) => count.toLocaleString('en-GB');
export const share = (count, of) => (of > 0 ? `${(100 * count / of).toFixed(1)} %` : '–');

/** A bar for each of `points` ({ name, value }), the first at the left. */
export function bars(what, points, small = false) {
  const most = Math.max(1, ...points.map((each) => each.value));
  const last = points[points.length - 1];
  const label = last
    ? `${what}: ${points.length} values from ${points[0].name} to ${last.name}, the most ${number(most)}, the last ${number(last.value)}`
    : what;
  const height = 32;
  return shape('svg', { class: small ? 'bars small' : 'bars', viewBox: `0 0 ${Math.max(points.length, 1) * 5} ${height}`,
    preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    ...points.map(({ value }, at) => {
      const tall = value > 0 ? Math.max(value / most * (height - 2), 1.5) : 0;
      return shape('rect', { x: at * 5 + 0.5, y: height - 1 - tall, width: 4, height: tall });
    }),
    shape('line', { x1: 0, x2: Math.max(points.length, 1) * 5, y1: height - 0.5, y2: height - 0.5 }));
}

/** How much of a whole `count` is; the number stands beside it, so that the drawing says nothing to who hears it. */
export function part(count, of) {
  const wide = of > 0 ? count / of * 100 : 0;
  return shape('svg', { class: 'share', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    shape('rect', { class: 'all', x: 0, y: 0, width: 100, height: 10 }),
    shape('rect', { class: 'part', x: 0, y: 0, width: wide, height: 10 }));
}

/** Parts of a whole ({ kind, name, value }) beside each other, with a key that holds the numbers. */
export function stack(what, parts) {
  const all = parts.reduce((sum, each) => sum + each.value, 0);
  let at = 0;
  const label = `${what}: ${parts.map((each) => `${each.name} ${share(each.value, all)}`).join(', ')}`;
  const chart = shape('svg', { class: 'stack', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    ...parts.map((each) => {
      const wide = all > 0 ? each.value / all * 100 : 0;
      const drawn = shape('rect', { class: each.kind, x: at, y: 0, width: wide, height: 10 });
      at += wide;
      return drawn;
    }));
  return [chart, el('ul', { className: 'key' }, parts.map((each) => el('li', {},
    shape('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, shape('rect', { class: each.kind, width: 10, height: 10 })),
    `${each.name} `, el('b', {}, number(each.value)), el('span', { className: 'of' }, share(each.value, all)))))];
}

const KINDS = { 2: 'short', 3: 'stacks shares' };

/**
 * A table. Columns are { name, number, wide }; the first cell of a row is its header. With more columns than a narrow
 * page has room for, a row becomes a block there; the roles keep it a table for who hears it.
 */
export function table(caption, columns, rows, kindOf = KINDS[columns.length] ?? 'stacks') {
  const kind = (column) => (column.number ? 'number' : column.wide ? 'wide' : '');
  return el('table', { className: kindOf, role: 'table' },
    caption ? el('caption', {}, caption) : '',
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' },
      columns.map((column) => el('th', { scope: 'col', role: 'columnheader', className: kind(column) }, column.name)))),
    el('tbody', { role: 'rowgroup' }, rows.map((cells) => el('tr', { role: 'row' }, cells.map((cell, at) => (at === 0
      ? el('th', { scope: 'row', role: 'rowheader' }, cell)
      : el('td', { role: 'cell', className: kind(columns[at]), 'data-of': columns[at].name }, cell)))))));
}

/** A table that is wider than a page: it moves by itself, for the keyboard too. */
export function wideTable(caption, columns, rows) {
  return el('div', { className: 'scroll', role: 'region', tabIndex: 0, 'aria-label': caption }, table('', columns, rows, ''));
}
