// The one way in which anything gets onto the page: elements made by name, text put in as text. A chart may hold
// HTML, scripts or characters that turn a line around; none of it can be more than text here.

// Control characters, and marks that change the direction of what follows, would make a line read other than it is.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `text` with each character that is not seen shown as one that is. */
export function plain(text) {
  return String(text ?? '').replace(UNSEEN, '\ufffd');
}

/**
 * An element. `properties` are DOM properties, `on…` handlers, or attributes where the name has a dash or is
 * `role`. Children are elements or text; empty ones are left out.
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    const safe = typeof value === 'string' ? plain(value) : value;
    if (key.includes('-') || key === 'role') element.setAttribute(key, safe);
    else element[key] = safe;
  }
  add(element, children);
  return element;
}

/** Puts `children` in place of what `element` holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === '') continue;
    element.append(child instanceof Node ? child : plain(child));
  }
}

/** Words of the chart, kept apart from the direction of what stands around them. */
export function words(text) {
  return el('bdi', {}, text);
}

/** A link that leaves with no referrer; only https and this service's own pages are links, all else is text. */
export function link(text, url) {
  const address = url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url;
  if (!/^(https:\/\/|\/knowledge|\/screen\/)/.test(address)) return el('span', {}, text);
  return el('a', { href: address, rel: 'noopener noreferrer', target: '_blank' }, text);
}
