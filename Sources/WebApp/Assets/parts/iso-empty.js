/** Nothing to show, and what to do about it. */

import { h, part } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';

/**
 * @param {import('/parts/iso-icon.js').IconName} picture
 * @param {string} title
 * @param {string} explanation
 * @param {...HTMLElement} actions
 * @returns {HTMLElement}
 */
export function empty(picture, title, explanation, ...actions) {
  return part(
    'iso-empty', {}, icon(picture), h('h2', {}, title), h('p', {}, explanation),
    actions.length > 0 && h('div', { class: 'actions' }, actions));
}
