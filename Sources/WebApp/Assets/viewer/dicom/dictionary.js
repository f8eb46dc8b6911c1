import { elements } from './dictionary-table.js';

/** Names of attributes (PS3.6). The table is large: it is loaded when somebody looks at attributes. */

/** @type {Map<string, string>} */
const names = new Map();
for (const line of elements.split('\n')) {
  if (line) names.set(line.slice(0, 8), line.slice(8));
}

/**
 * @param {string} tag eight hexadecimal digits in upper case
 * @returns {string} '' when it has no name
 */
export function nameOf(tag) {
  const known = names.get(tag);
  if (known !== undefined) return known;
  // Curves and overlays repeat their groups (PS3.5 §7.6).
  const group = tag.slice(0, 2);
  return (group === '50' || group === '60') && isEven(tag) ? names.get(`${group}xx${tag.slice(4)}`) ?? '' : '';
}

/** @param {string} tag */
function isEven(tag) {
  return parseInt(tag.slice(0, 4), 16) % 2 === 0;
}
