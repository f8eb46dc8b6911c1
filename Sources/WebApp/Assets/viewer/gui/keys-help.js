import { h } from '/parts/element.js';
import { text } from '/text/catalogue.js';

/** Keys by what they do. */
const KEYS = /** @type {const} */ ([
  ['viewer.key.scroll', ['↑', '↓']],
  ['viewer.key.page', ['PgUp', 'PgDn']],
  ['viewer.key.ends', ['Home', 'End']],
  ['viewer.key.play', ['Space']],
  ['viewer.key.presets', ['0', '…', '9']],
  ['viewer.key.tools', ['W', 'Z', 'P', 'S']],
  ['viewer.invert', ['I']],
  ['viewer.turn', ['R']],
  ['viewer.mirrorAcross', ['H']],
  ['viewer.mirrorDown', ['V']],
  ['viewer.fit', ['F']],
  ['viewer.oneToOne', ['O']],
  ['viewer.smooth', ['N']],
  ['viewer.reset', ['X']],
  ['viewer.key.viewports', [']', '[']],
  ['viewer.key.series', [',', '.']],
  ['viewer.key.layouts', ['Shift', '1', '…', '4']],
  ['viewer.tags', ['T']],
  ['viewer.overlay', ['E']],
  ['viewer.seriesPanel', ['B']],
]);

/** @returns {HTMLElement[]} */
export function keysDialogContent() {
  return [
    h('dl', { class: 'keys' }, KEYS.flatMap(([name, keys]) => [
      h('dt', {}, keys.map((key) => (key === '…' ? h('span', {}, key) : h('kbd', {}, key)))), h('dd', {}, text(name)),
    ])),
    h('p', { class: 'quiet' }, text('viewer.key.mouse')),
    h('p', { class: 'quiet' }, text('viewer.key.touch')),
  ];
}
