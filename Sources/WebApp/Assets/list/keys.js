/** The keys of the study list, and the dialog that tells them. */

import { showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { text } from '/text/catalogue.js';

/** @type {[string[], import('/text/catalogue.js').TextKey][]} */
const keys = [
  [['↑', '↓'], 'list.key.move'], [['Page ↑', 'Page ↓'], 'list.key.page'], [['Home', 'End'], 'list.key.ends'],
  [['Enter'], 'list.key.open'], [['Space'], 'list.key.details'], [['/'], 'list.key.search'], [['u'], 'list.key.upload'],
  [['Esc'], 'list.key.back'], [['?'], 'list.key.help'],
];

export function showKeys() {
  showDialog({
    title: text('list.keys'),
    content: [h('dl', { class: 'keys' }, keys.flatMap(([names, meaning]) => [
      h('dt', {}, names.map((name) => h('kbd', {}, name))), h('dd', {}, text(meaning)),
    ]))],
  });
}

/** @returns {boolean} Whether a key belongs to a field that is being filled in. */
export function isTyping(/** @type {Event} */ event) {
  return event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]') !== null;
}
