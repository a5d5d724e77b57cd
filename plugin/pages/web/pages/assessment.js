// How one assessment came out: the service puts it into the page as data, and this shows it.

import { el, fill } from '/pages/dom.js';
import { whyView } from '/pages/why_view.js';

const box = document.getElementById('assessment');
const why = JSON.parse(box.dataset.why);
fill(box,
  el('p', { className: 'hint' }, `As of ${why.asOf}, by content ${why.version}.`),
  whyView(why, 'h2'));
