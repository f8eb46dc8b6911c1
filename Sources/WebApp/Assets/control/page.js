/** What every page of the control room does alike: loading, states, tables, forms. */

import { explain, isAbort, Refusal } from '/data/api.js';
import { showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';

/** A page: what it asks for ends when it goes. */
export class ControlPage extends HTMLElement {
  static observedAttributes = ['of'];
  #ending = new AbortController();
  /** @type {(() => void)[]} */
  #endings = [];

  get signal() {
    return this.#ending.signal;
  }

  /** What the address says behind the page's name. */
  get subject() {
    return this.getAttribute('of') ?? '';
  }

  connectedCallback() {
    this.#ending = new AbortController();
    this.begin();
  }

  disconnectedCallback() {
    this.#ending.abort();
    for (const end of this.#endings.splice(0)) end();
  }

  /** @param {string} _name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(_name, before, now) {
    if (!this.isConnected || before === now) return;
    this.disconnectedCallback();
    this.connectedCallback();
  }

  /** @param {() => void} end */
  whenGone(end) {
    this.#endings.push(end);
  }

  /** Makes the page; a page overrides it. */
  begin() {}
}

/**
 * Fills a place with what is asked for, or says why there is nothing.
 *
 * @template Answer
 * @param {HTMLElement} place
 * @param {AbortSignal} signal
 * @param {() => Promise<Answer>} ask
 * @param {(answer: Answer) => (Node | string)[]} show
 */
export async function fill(place, signal, ask, show) {
  place.setAttribute('aria-busy', 'true');
  if (place.childElementCount === 0) {
    place.replaceChildren(h('div', { class: 'loading' }, h('span', { class: 'spinner' }), text('shell.loading')));
  }
  try {
    const answer = await ask();
    if (signal.aborted) return;
    const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : null;
    place.replaceChildren(...show(answer));
    if (focused) {
      const again = place.querySelector(`[data-key="${CSS.escape(focused)}"]`);
      if (again instanceof HTMLElement) again.focus();
    }
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    console.warn(error);
    place.replaceChildren(refused(error, () => void fill(place, signal, ask, show)));
  } finally {
    place.removeAttribute('aria-busy');
  }
}

/**
 * @param {unknown} error
 * @param {() => void} again
 * @returns {HTMLElement}
 */
export function refused(error, again) {
  if (error instanceof Refusal && error.status === 403) {
    return empty('warning', text('control.forbidden'), text('control.forbiddenWhy'));
  }
  return empty('warning', text('control.failed'), explain(error),
    h('button', { class: 'button', type: 'button', onclick: again }, text('shell.retry')));
}

/**
 * A table; on a phone each row is a card whose cells carry their heading.
 *
 * @param {string} caption read aloud
 * @param {string[]} headings
 * @param {{ cells: (Node | string | (Node | string)[])[], class?: string, numbers?: number[] }[]} rows
 * @param {number[]} [numbers] columns of figures
 * @returns {HTMLElement}
 */
export function table(caption, headings, rows, numbers = []) {
  return h('div', { class: 'table-frame' },
    h('table', { class: 'table' },
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, headings.map((heading, place) =>
        h('th', { scope: 'col', class: numbers.includes(place) ? 'number' : heading === text('control.actions') ? 'actions-head' : undefined }, heading)))),
      h('tbody', {}, rows.map((row) => h('tr', { class: row.class }, row.cells.map((cell, place) => {
        const properties = { 'data-label': headings[place] ?? '', class: numbers.includes(place) ? 'number' : undefined };
        return place === 0
          ? h('th', { scope: 'row', ...properties }, cell)
          : h('td', properties, h('div', { class: 'cell' }, cell));
      }))))));
}

/**
 * A heading with what can be done beside it.
 *
 * @param {string} title
 * @param {string} explanation
 * @param {...(Node | false)} actions
 */
export function heading(title, explanation, ...actions) {
  return h('header', { class: 'page-head' },
    h('div', {}, h('h1', {}, title), explanation !== '' && h('p', { class: 'quiet' }, explanation)),
    h('div', { class: 'actions' }, actions));
}

/**
 * The heading of a part of a page.
 *
 * @param {string} title
 * @param {...(Node | false)} actions
 */
export function subheading(title, ...actions) {
  return h('header', { class: 'part-head' }, h('h2', {}, title), h('div', { class: 'actions' }, actions));
}

/**
 * @param {import('/parts/iso-icon.js').IconName} picture
 * @param {string} label
 * @param {(button: HTMLButtonElement) => unknown} action
 * @param {{ kind?: string, key?: string, name?: string }} [more]
 */
export function button(picture, label, action, more = {}) {
  const { kind = '', key, name } = more;
  const element = h('button', { class: `button small ${kind}`, type: 'button', 'data-key': key, 'aria-label': name },
    icon(picture), h('span', {}, label));
  element.addEventListener('click', () => void working(element, action));
  return element;
}

/**
 * Keeps a button from being pressed twice, and says what went wrong.
 *
 * @param {HTMLButtonElement} element
 * @param {(button: HTMLButtonElement) => unknown} action
 */
export async function working(element, action) {
  if (element.getAttribute('aria-disabled') === 'true') return;
  element.setAttribute('aria-disabled', 'true');
  try {
    await action(element);
  } catch (error) {
    if (!isAbort(error)) toast(explain(error), 'bad');
  } finally {
    element.removeAttribute('aria-disabled');
  }
}

/**
 * A form in a dialog: stays with the server's reason when it is refused.
 *
 * @param {{ title: string, content: (HTMLElement | string)[], action: string, wide?: boolean,
 *   send: (form: HTMLFormElement) => Promise<unknown> }} parts
 * @returns {HTMLDialogElement}
 */
export function formDialog({ title, content, action, wide, send }) {
  const message = h('p', { class: 'complaint', role: 'alert' });
  const submit = h('button', { class: 'button primary' }, action);
  const form = h('form', { class: 'control-form' }, content, message,
    h('div', { class: 'form-actions' },
      h('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, text('shell.cancel')), submit));
  const dialog = showDialog({ title, content: [form], wide });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    message.textContent = '';
    try {
      await send(form);
      dialog.close();
    } catch (error) {
      message.textContent = explain(error);
    } finally {
      submit.disabled = false;
    }
  });
  const first = form.querySelector('input, select, textarea');
  if (first instanceof HTMLElement) first.focus();
  return dialog;
}

/**
 * @param {string} label
 * @param {Record<string, unknown>} properties
 * @param {string} [hint]
 */
export function field(label, properties, hint) {
  return h('label', { class: 'field' }, label,
    h('input', { class: 'input', spellcheck: false, autocomplete: 'off', ...properties }),
    hint !== undefined && h('span', { class: 'hint' }, hint));
}

/**
 * @param {string} label
 * @param {string} name
 * @param {{ value: string, label: string, checked?: boolean }[]} choices
 * @param {'checkbox' | 'radio'} [type]
 */
export function choices(label, name, choices, type = 'checkbox') {
  return h('fieldset', { class: 'choices' }, h('legend', {}, label),
    choices.map((choice) => h('label', { class: 'choice' },
      h('input', { type, name, value: choice.value, checked: choice.checked === true }), choice.label)));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {string}
 */
export function typed(form, name) {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {string[]}
 */
export function chosen(form, name) {
  return new FormData(form).getAll(name).map(String);
}

/**
 * A word with the colour of its meaning.
 *
 * @param {string} word
 * @param {'good' | 'warn' | 'bad' | ''} [kind]
 */
export function tag(word, kind = '') {
  return h('span', { class: `tag ${kind}` }, word);
}

/** @param {string[] | 'all'} sites */
export function sitesText(sites) {
  return sites === 'all' ? text('control.allSites') : sites.join(', ');
}
