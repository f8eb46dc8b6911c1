/** Signing in: a page of its own at first, a dialog over the page when a session has ended meanwhile. */

import { explain, Refusal } from '/data/api.js';
import { session, signIn } from '/data/session.js';
import { showDialog } from '/parts/dialog.js';
import { h, part, sheet } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';

/**
 * The form.
 *
 * @param {{ name?: string, done: () => void }} options
 * @returns {HTMLFormElement}
 */
function signInForm({ name = '', done }) {
  const nameField = h('input', {
    class: 'input', name: 'name', autocomplete: 'username', required: true, value: name, autofocus: name === '',
    spellcheck: false, autocapitalize: 'none',
  });
  const passwordField = h('input', {
    class: 'input', name: 'password', type: 'password', autocomplete: 'current-password', required: true,
    autofocus: name !== '',
  });
  const message = h('p', { class: 'message', role: 'alert' });
  const button = h('button', { class: 'button primary' }, text('signIn.action'));
  const form = h(
    'form', { class: 'sign-in-form' },
    h('label', { class: 'field' }, text('signIn.name'), nameField),
    h('label', { class: 'field' }, text('signIn.password'), passwordField),
    message, button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = text('signIn.busy');
    message.textContent = '';
    for (const field of [nameField, passwordField]) field.removeAttribute('aria-invalid');
    try {
      await signIn(nameField.value, passwordField.value);
      passwordField.value = '';
      done();
    } catch (error) {
      message.textContent = complaint(error);
      if (error instanceof Refusal && error.status === 401) {
        for (const field of [nameField, passwordField]) field.setAttribute('aria-invalid', 'true');
      }
      passwordField.select();
      passwordField.focus();
    } finally {
      button.disabled = false;
      button.textContent = text('signIn.action');
    }
  });
  return form;
}

/** @param {unknown} error */
function complaint(error) {
  if (error instanceof Refusal && error.status === 401) return text('signIn.wrong');
  if (error instanceof Refusal && error.status === 429) return text('signIn.wait', { seconds: error.retryAfter });
  return text('signIn.failed', { why: explain(error) });
}

/**
 * The page. Resolves once somebody has signed in.
 *
 * @param {HTMLElement} place
 * @returns {Promise<void>}
 */
export async function signInPage(place) {
  await sheet('/sign-in/sign-in.css');
  document.title = `${text('signIn.title')} · ${text('shell.product')}`;
  return new Promise((resolve) => {
    const page = part(
      'iso-sign-in', {},
      h('main', { class: 'card' },
        h('h1', {}, icon('isocenter'), text('shell.product')),
        h('p', { class: 'quiet' }, text('signIn.purpose')),
        signInForm({ done: () => {
          page.remove();
          resolve();
        } }),
        h('p', { class: 'hint' }, text('signIn.first'))),
      h('footer', {}, h('p', { class: 'clearance' }, text('shell.clearance'))));
    place.replaceChildren(page);
    page.querySelector('input')?.focus();
  });
}

/** @type {Promise<void> | null} */
let asking = null;

/**
 * The dialog, once however many requests wait for it. Somebody else who signs in gets the app from its beginning: what
 * is on the page was the former person's.
 *
 * @returns {Promise<void>}
 */
export function signInOverPage() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask() {
  await sheet('/sign-in/sign-in.css');
  const before = session()?.name ?? '';
  await new Promise((/** @type {(value: void) => void} */ resolve) => {
    const dialog = showDialog({
      title: text('signIn.ended'),
      content: [
        h('p', { class: 'quiet' }, text('signIn.continue')),
        signInForm({ name: before, done: () => {
          dialog.close();
          resolve();
        } }),
      ],
      insistent: true,
    });
  });
  if (session()?.name !== before) {
    location.assign('/');
    // The page goes; nobody continues on it.
    await new Promise(() => {});
  }
}
