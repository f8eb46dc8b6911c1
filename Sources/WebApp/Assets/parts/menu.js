/** A menu below a button: opens and closes, keeps the focus, follows the arrows. */

import { h } from '/parts/element.js';

/** Space between button and menu, and between menu and the window's edge, in pixels. */
const gap = 4;

/**
 * Makes a button open a menu whose content is made each time.
 *
 * @param {HTMLButtonElement} button
 * @param {string} label
 * @param {(close: () => void) => HTMLElement[]} content
 */
export function attachMenu(button, label, content) {
  button.setAttribute('aria-haspopup', 'true');
  button.setAttribute('aria-expanded', 'false');
  /** @type {HTMLElement | null} */
  let menu = null;

  const close = (returnsFocus = true) => {
    if (!menu) return;
    const had = menu.contains(document.activeElement);
    menu.remove();
    menu = null;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('resize', away);
    if (returnsFocus && had) button.focus();
  };
  const away = () => close(false);
  /** @param {Event} event */
  const outside = (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!menu?.contains(target) && !button.contains(target)) close(false);
  };
  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      return;
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const entries = focusable();
    const place = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = event.key === 'ArrowDown' ? 1 : -1;
    entries[(place + step + entries.length) % entries.length]?.focus();
    event.preventDefault();
  };
  const focusable = () =>
    /** @type {HTMLElement[]} */ ([...(menu?.querySelectorAll('button, a, input, select') ?? [])]);

  const open = () => {
    menu = h('div', { class: 'menu', role: 'group', 'aria-label': label, onkeydown: keys }, content(() => close()));
    menu.addEventListener('focusout', (event) => {
      if (event.relatedTarget && !menu?.contains(/** @type {Node} */ (event.relatedTarget))) close(false);
    });
    button.after(menu);
    const place = button.getBoundingClientRect();
    const width = menu.offsetWidth;
    const left = Math.max(gap, Math.min(place.left, window.innerWidth - width - gap));
    menu.style.setProperty('left', `${left}px`);
    menu.style.setProperty('top', `${place.bottom + gap}px`);
    button.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', away);
    focusable()[0]?.focus();
  };

  button.addEventListener('click', () => (menu ? close() : open()));
}
