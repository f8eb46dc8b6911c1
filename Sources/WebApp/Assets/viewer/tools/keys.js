/**
 * What keys do in the viewer.
 *
 * @typedef {'next' | 'previous' | 'pageNext' | 'pagePrevious' | 'first' | 'last' | 'play' | 'invert' | 'turn' | 'turnBack'
 *   | 'mirrorAcross' | 'mirrorDown' | 'fit' | 'oneToOne' | 'reset' | 'tags' | 'overlay' | 'keys' | 'nextViewport'
 *   | 'previousViewport' | 'nextSeries' | 'previousSeries' | 'zoomIn' | 'zoomOut' | 'smooth' | 'panel' | 'tool:window'
 *   | 'tool:zoom' | 'tool:pan' | 'tool:scroll' | 'layout:1' | 'layout:2' | 'layout:3' | 'layout:4'} FixedCommand
 * @typedef {FixedCommand | `preset:${number}`} Command
 *
 * @typedef {{ key: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean }} Keystroke
 */

/** @type {Record<string, FixedCommand>} */
const PLAIN = {
  ArrowDown: 'next',
  ArrowRight: 'next',
  ArrowUp: 'previous',
  ArrowLeft: 'previous',
  PageDown: 'pageNext',
  PageUp: 'pagePrevious',
  Home: 'first',
  End: 'last',
  ' ': 'play',
  i: 'invert',
  r: 'turn',
  h: 'mirrorAcross',
  v: 'mirrorDown',
  f: 'fit',
  o: 'oneToOne',
  x: 'reset',
  t: 'tags',
  e: 'overlay',
  n: 'smooth',
  b: 'panel',
  '?': 'keys',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  ']': 'nextViewport',
  '[': 'previousViewport',
  '.': 'nextSeries',
  ',': 'previousSeries',
  w: 'tool:window',
  z: 'tool:zoom',
  p: 'tool:pan',
  s: 'tool:scroll',
};

/** @type {Record<string, FixedCommand>} with Shift, where the key keeps its name */
const SHIFTED = { r: 'turnBack', '!': 'layout:1', '@': 'layout:2', '"': 'layout:2', '#': 'layout:3', $: 'layout:4' };

/**
 * @param {Keystroke} keystroke
 * @returns {Command | undefined}
 */
export function commandOf({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return undefined;
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (shiftKey && SHIFTED[name]) return SHIFTED[name];
  if (/^[0-9]$/.test(name)) return `preset:${Number(name)}`;
  return Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
}
