// The part of Markdown that cards are written in (paragraphs, bullets, bold, links, backslash escapes), made into
// elements. HTML is off: a tag in a card is the text of a tag. A card is short, so this reads it line by line.

import { el, link } from '/pages/dom.js';

const PIECE = /\\([!-/:-@[-`{-~])|\*\*((?:\\.|[^\\])+?)\*\*|(?<!!)\[((?:\\.|[^\]\\])+)\]\(((?:\\.|[^)\\\s])+)\)/g;

function unescaped(text) {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/** The elements of one line. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  let plainText = '';
  const flush = () => {
    if (plainText) nodes.push(plainText);
    plainText = '';
  };
  for (const match of text.matchAll(PIECE)) {
    plainText += text.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[1]) {
      plainText += match[1];
    } else if (match[2]) {
      flush();
      nodes.push(el('strong', {}, inline(match[2])));
    } else {
      flush();
      nodes.push(link(unescaped(match[3]), unescaped(match[4])));
    }
  }
  plainText += text.slice(from);
  flush();
  return nodes;
}

/** The elements of a card's detail. A paragraph that is bold and nothing else heads what follows. */
export function markdown(text) {
  const blocks = [];
  for (const block of text.split(/\n\s*\n/)) {
    const lines = block.split('\n').filter((line) => line.trim());
    let list = null;
    for (const line of lines) {
      const bullet = /^\s*[-*] (.*)$/.exec(line);
      const heading = /^\*\*([^*]+)\*\*$/.exec(line.trim());
      if (bullet) {
        if (!list) blocks.push((list = el('ul')));
        list.append(el('li', {}, inline(bullet[1])));
      } else {
        list = null;
        blocks.push(heading ? el('h4', {}, inline(heading[1])) : el('p', {}, inline(line)));
      }
    }
  }
  return blocks;
}
