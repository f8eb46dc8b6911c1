/** Dialogs: the browser's own `<dialog>`, which keeps the focus inside and gives it back. */

import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';

/**
 * @typedef {object} DialogParts
 * @property {string} title
 * @property {(HTMLElement | string)[]} content
 * @property {HTMLElement[]} [actions] At the foot, the main one last.
 * @property {boolean} [wide]
 * @property {boolean} [insistent] Whether it cannot be left without an answer.
 */

let numbered = 0;

/**
 * Shows a dialog over the page; it is gone from the document once closed.
 *
 * @param {DialogParts} parts
 * @returns {HTMLDialogElement}
 */
export function showDialog({ title, content, actions = [], wide = false, insistent = false }) {
  numbered += 1;
  const name = `dialog-${numbered}`;
  const close = h(
    'button', { class: 'button plain icon small', type: 'button', 'aria-label': text('shell.close'),
      onclick: () => dialog.close() },
    icon('close'));
  const dialog = h(
    'dialog', { class: wide ? 'dialog wide' : 'dialog', 'aria-labelledby': name },
    h('header', {}, h('h2', { id: name }, title), !insistent && close),
    h('div', { class: 'content' }, content),
    actions.length > 0 && h('footer', {}, actions));
  dialog.addEventListener('close', () => dialog.remove());
  if (insistent) dialog.addEventListener('cancel', (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something that cannot be undone.
 *
 * @param {{ title: string, content: (HTMLElement | string)[], action: string }} question
 * @returns {Promise<boolean>}
 */
export function confirmDanger({ title, content, action }) {
  return new Promise((resolve) => {
    const dialog = showDialog({
      title,
      content,
      actions: [
        h('button', { class: 'button', type: 'button', autofocus: true, onclick: () => dialog.close('') },
          text('shell.cancel')),
        h('button', { class: 'button danger', type: 'button', onclick: () => dialog.close('yes') }, action),
      ],
    });
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'));
  });
}
