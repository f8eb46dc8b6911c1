/** Short messages that pass: read aloud, gone by themselves. */

import { h, part } from '/parts/element.js';

/** How long a message stands, in milliseconds. */
const standing = 6000;
/** Messages at a time; older ones make room. */
const atATime = 3;

const region = part('iso-toasts', { role: 'status', 'aria-live': 'polite' });

/**
 * @param {string} message
 * @param {'plain' | 'good' | 'bad'} [kind]
 * @param {HTMLElement} [action]
 */
export function toast(message, kind = 'plain', action) {
  if (!region.isConnected) document.body.append(region);
  while (region.children.length >= atATime) region.firstElementChild?.remove();
  const element = h('div', { class: `toast ${kind}` }, h('span', {}, message), action);
  region.append(element);
  setTimeout(() => element.remove(), standing);
}
