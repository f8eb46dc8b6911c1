/**
 * The scrolling table: as many lines in the document as fit the window and a few, whatever the list's length.
 *
 * It is a grid of which one line is active; the focus stays on the grid and the active line is told by
 * `aria-activedescendant`, so that a line that scrolls away takes no focus with it.
 */

import { columns, StudyRow } from '/list/row.js';
import { pageSize } from '/list/pages.js';
import { h } from '/parts/element.js';
import { text } from '/text/catalogue.js';

/** @typedef {import('/data/studies.js').Study} Study */
/** @typedef {import('/list/pages.js').StudyPages} StudyPages */

/** Lines above and below the window that are there already. */
const margin = 8;

export class StudyRows {
  /** @type {StudyPages | null} */
  #pages = null;
  /** @type {StudyRow[]} */
  #rows = [];
  #active = -1;
  #scheduled = 0;
  #scrollTop = 0;
  /** Studies that arrived while somebody looked. */
  arrived = new Set();

  /** @param {{ activated: (study: Study | null) => void, opened: (study: Study) => void }} told */
  constructor(told) {
    this.told = told;
    this.body = h('div', { class: 'body', role: 'rowgroup', onclick: (/** @type {MouseEvent} */ event) => this.#clicked(event),
      ondblclick: (/** @type {MouseEvent} */ event) => this.#clickedTwice(event) });
    this.head = h('div', { class: 'head', role: 'rowgroup' },
      h('div', { class: 'study-row', role: 'row', 'aria-rowindex': 1 },
        columns.map(([name, title]) => h('div', { class: `cell c-${name}`, role: 'columnheader' }, text(title)))));
    this.element = h(
      'div', { class: 'study-rows', role: 'grid', tabIndex: 0, 'aria-label': text('list.title'), 'aria-rowcount': -1,
        onscroll: () => this.schedule() },
      this.head, this.body);
    this.resizing = new ResizeObserver(() => this.schedule());
  }

  connect() {
    this.resizing.observe(this.element);
    this.element.scrollTop = this.#scrollTop;
    this.draw();
  }

  disconnect() {
    this.resizing.disconnect();
    cancelAnimationFrame(this.#scheduled);
    this.#scheduled = 0;
  }

  /** Another list, from its top. */
  show(/** @type {StudyPages} */ pages, keepsPlace = false) {
    this.#pages = pages;
    if (!keepsPlace) {
      this.#active = -1;
      this.element.scrollTop = 0;
      this.#scrollTop = 0;
    }
    this.draw();
  }

  /** The study of the active line. */
  get active() {
    return this.#active >= 0 ? this.#pages?.row(this.#active) ?? null : null;
  }

  get isAtTop() {
    return this.element.scrollTop < this.#height;
  }

  /** The places of the first and last line in the window. */
  get window() {
    const first = Math.floor(this.element.scrollTop / this.#height);
    const count = Math.ceil(this.element.clientHeight / this.#height);
    return { first, last: first + count, count };
  }

  get #height() {
    return Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 36;
  }

  schedule() {
    this.#scrollTop = this.element.scrollTop;
    if (this.#scheduled) return;
    this.#scheduled = requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.draw();
    });
  }

  draw() {
    const pages = this.#pages;
    if (!pages || !this.element.isConnected) return;
    const height = this.#height;
    const known = pages.count;
    // Behind the known rows a page of unknown ones, so that there is somewhere to scroll to.
    const total = known + (pages.hasMore && known > 0 && !pages.error ? Math.min(pageSize, margin) : 0);
    this.body.style.setProperty('height', `${total * height}px`);
    const window = this.window;
    const first = Math.max(0, Math.min(window.first, total - window.count) - margin);
    const last = Math.min(total, window.last + margin);
    pages.need(first, Math.max(first, last - 1));
    const wanted = Math.max(0, last - first);
    while (this.#rows.length < wanted) {
      const row = new StudyRow();
      this.#rows.push(row);
      this.body.append(row.element);
    }
    while (this.#rows.length > wanted) this.#rows.pop()?.element.remove();
    // A line keeps its element while it is in view: places are dealt out by their remainder.
    for (let place = first; place < last; place += 1) {
      const row = this.#rows[place % wanted];
      if (!row) continue;
      const study = pages.row(place);
      row.show(study, place, { isActive: place === this.#active, isNew: study !== null && this.arrived.has(study.study) });
      row.element.style.setProperty('transform', `translateY(${place * height}px)`);
    }
    if (this.#active >= first && this.#active < last) {
      this.element.setAttribute('aria-activedescendant', `study-${this.#active}`);
    } else {
      this.element.removeAttribute('aria-activedescendant');
    }
  }

  /**
   * Makes a line the active one and brings it into view.
   *
   * @param {number} place
   */
  activate(place) {
    const count = this.#pages?.count ?? 0;
    if (count === 0) return;
    this.#active = Math.max(0, Math.min(place, count - 1));
    const height = this.#height;
    const head = this.head.offsetHeight;
    const top = this.#active * height;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    const bottom = top + height + head - this.element.clientHeight;
    if (bottom > this.element.scrollTop) this.element.scrollTop = bottom;
    this.draw();
    this.told.activated(this.active);
  }

  /** Follows a study to its new place after the list has changed. */
  follow(/** @type {string | undefined} */ study) {
    this.#active = study ? this.#pages?.place(study) ?? -1 : -1;
    this.draw();
  }

  /**
   * Keeps a study where it was in the window although its place in the list is another now.
   *
   * @param {string} study
   * @param {number} before Its former place.
   */
  hold(study, before) {
    const place = this.#pages?.place(study) ?? -1;
    if (place < 0 || place === before) return;
    this.element.scrollTop += (place - before) * this.#height;
    this.draw();
  }

  /**
   * The keys of a grid (WAI-ARIA); whether one was meant.
   *
   * @param {KeyboardEvent} event
   */
  pressed(event) {
    const page = Math.max(1, this.window.count - 2);
    const steps = /** @type {Record<string, number>} */ ({
      ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page,
    });
    const step = steps[event.key];
    if (step !== undefined) this.activate(this.#active < 0 ? this.window.first : this.#active + step);
    else if (event.key === 'Home') this.activate(0);
    else if (event.key === 'End') this.activate((this.#pages?.count ?? 0) - 1);
    else if (event.key === 'Enter') {
      const study = this.active;
      if (study) this.told.opened(study);
    } else return false;
    return true;
  }

  /** @param {Event} event */
  #rowOf(event) {
    const element = event.target instanceof Element ? event.target.closest('.study-row') : null;
    return this.#rows.find((row) => row.element === element);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const row = this.#rowOf(event);
    if (!row?.study || (event.target instanceof Element && event.target.closest('a'))) return;
    this.activate(row.place);
  }

  /** @param {MouseEvent} event */
  #clickedTwice(event) {
    const study = this.#rowOf(event)?.study;
    if (study) this.told.opened(study);
  }
}
