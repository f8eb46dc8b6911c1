/** `<iso-study-list>`: the studies, found as one types, live. */

import { connection, explain } from '/data/api.js';
import { listen } from '/data/events.js';
import { may } from '/data/session.js';
import { findStudies } from '/data/studies.js';
import { StudyDetails } from '/list/details.js';
import { FilterBar } from '/list/filter-bar.js';
import { isNarrowed, noFilters, readFilters, searchOf, writeFilters } from '/list/filters.js';
import { isTyping, showKeys } from '/list/keys.js';
import { pageSize, StudyPages } from '/list/pages.js';
import { StudyRows } from '/list/rows.js';
import { h, sheet } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { empty } from '/parts/iso-empty.js';
import { navigate, navigated } from '/parts/navigation.js';
import { text } from '/text/catalogue.js';

/** @typedef {import('/data/studies.js').Study} Study */

await sheet('/list/list.css');

/** Milliseconds between two looks for what has arrived, however much arrives. */
const refreshPause = 1_500;
/** Milliseconds until a look that failed is tried again. */
const failedPause = 5_000;
/** Milliseconds between two updates of "3 min ago". */
const clockPause = 30_000;
/** What changes no line of the list. */
const notOfStudies = new Set(['queue-changed', 'work-changed']);

class IsoStudyList extends HTMLElement {
  #filters = noFilters();
  /** @type {StudyPages | null} */
  #pages = null;
  #bar = new FilterBar((filters) => this.#narrow(filters));
  #rows = new StudyRows({
    activated: (study) => this.#activated(study),
    opened: (study) => this.#open(study),
  });
  #details = new StudyDetails({
    closed: () => this.#closeDetails(),
    deleted: () => {
      this.#closeDetails();
      this.#load(true);
    },
  });
  #count = h('span', { class: 'count', role: 'status' });
  /** Studies that arrived above what is in view, and were not looked at. */
  #unseen = new Set();
  #arrived = h('button', { class: 'button small arrived', type: 'button', hidden: true, onclick: () => this.#showArrived() });
  #instead = h('div', { class: 'instead', hidden: true });
  /** @type {StudyPages | null} */
  #fresh = null;
  /** @type {(() => void)[]} */
  #leaving = [];
  #isBuilt = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshing;
  #lastRefresh = 0;

  connectedCallback() {
    if (!this.#isBuilt) this.#build();
    const keys = (/** @type {KeyboardEvent} */ event) => this.#pressed(event);
    const travelled = () => {
      if (location.pathname === '/studies') this.#restore();
    };
    const reachable = (/** @type {Event} */ event) => {
      if (!(/** @type {CustomEvent<boolean>} */ (event).detail)) return;
      if (this.#pages?.error) this.#pages.retry();
      // What is on its way may have been lost before.
      this.#refreshSoon();
    };
    document.addEventListener('keydown', keys);
    window.addEventListener('popstate', travelled);
    navigated.addEventListener('navigated', travelled);
    connection.addEventListener('reachable', reachable);
    const clock = setInterval(() => this.#rows.draw(), clockPause);
    this.#leaving = [
      may('search') ? listen((change) => !notOfStudies.has(change.kind) && this.#refreshSoon()) : () => {},
      () => document.removeEventListener('keydown', keys),
      () => window.removeEventListener('popstate', travelled),
      () => navigated.removeEventListener('navigated', travelled),
      () => connection.removeEventListener('reachable', reachable),
      () => clearInterval(clock),
    ];
    this.#rows.connect();
    if (!may('search')) {
      this.#rows.element.hidden = true;
      this.#instead.hidden = false;
      this.#instead.replaceChildren(empty('info', text('list.noRightTitle'), text('list.noRight')));
      return;
    }
    this.#restore();
    void this.#learn();
    this.#rows.element.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    for (const leave of this.#leaving) leave();
    this.#leaving = [];
    clearTimeout(this.#refreshing);
    this.#rows.disconnect();
  }

  #build() {
    this.#isBuilt = true;
    this.append(
      h('h1', { class: 'unseen' }, text('list.title')),
      h('div', { class: 'toolbar' },
        this.#bar.element,
        h('div', { class: 'end' },
          this.#arrived, this.#count,
          h('button', { class: 'button plain icon', type: 'button', 'aria-label': text('list.keys'),
            title: text('list.keys'), onclick: showKeys }, icon('keyboard')),
          may('store') && h('button', { class: 'button', type: 'button', onclick: () => this.#upload() },
            icon('upload'), h('span', {}, text('shell.upload'))))),
      h('div', { class: 'split' }, this.#rows.element, this.#instead, this.#details.element));
    this.#bar.field.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
      event.preventDefault();
      this.#rows.element.focus();
      this.#rows.activate(0);
    });
  }

  /** What the address and the history say; nothing happens when that is shown already. */
  #restore() {
    const filters = readFilters(location.search, history.state);
    const isSame = this.#pages !== null && JSON.stringify(filters) === JSON.stringify(this.#filters);
    this.#filters = filters;
    this.#bar.show(filters);
    if (isSame) this.#refreshSoon();
    else this.#load(false);
  }

  async #learn() {
    try {
      const choices = await this.#bar.learn();
      this.#rows.element.classList.toggle('one-site', choices.sites.length < 2);
    } catch {
      // The list itself says what is wrong.
    }
  }

  /** @param {import('/list/filters.js').Filters} filters */
  #narrow(filters) {
    this.#filters = filters;
    history.replaceState({ ...history.state, text: filters.text }, '', `/studies${writeFilters(filters)}`);
    this.#load(false);
  }

  /** @returns {StudyPages} */
  #search(/** @type {() => void} */ changed) {
    const search = searchOf(this.#filters, new Date());
    return new StudyPages((cursor, limit, signal) => findStudies(search, cursor, limit, signal), changed);
  }

  /** Asks anew. What is shown stays until there is an answer. */
  #load(/** @type {boolean} */ keepsPlace) {
    this.#fresh?.stop();
    this.#hush();
    const pages = this.#search(() => this.#answered(pages, keepsPlace));
    this.#fresh = pages;
    this.#count.textContent = text('list.searching');
    if (!this.#pages) this.#show(pages, false);
    pages.need(0, 0);
  }

  /**
   * @param {StudyPages} pages
   * @param {boolean} keepsPlace
   */
  #answered(pages, keepsPlace) {
    if (pages === this.#fresh) {
      this.#fresh = null;
      this.#show(pages, keepsPlace);
    } else if (pages === this.#pages) {
      this.#rows.draw();
      this.#tell();
    }
  }

  /**
   * @param {StudyPages} pages
   * @param {boolean} keepsPlace
   */
  #show(pages, keepsPlace) {
    const active = this.#rows.active?.study;
    if (this.#pages !== pages) this.#pages?.stop();
    this.#pages = pages;
    this.#rows.show(pages, keepsPlace);
    if (active) this.#rows.follow(active);
    if (!this.#rows.active && this.#details.isOpen) this.#closeDetails();
    this.#tell();
  }

  #tell() {
    const pages = this.#pages;
    if (!pages) return;
    const count = pages.count;
    this.#count.textContent = !pages.isKnown
      ? ''
      : text(pages.hasMore ? 'list.countMore' : 'list.count', { count });
    const instead = this.#insteadOf(pages);
    this.#instead.hidden = instead === null;
    this.#rows.element.hidden = instead !== null;
    if (instead) this.#instead.replaceChildren(instead);
    else this.#instead.replaceChildren();
    if (pages.error && count > 0) this.#count.textContent = text('list.failedRest');
  }

  /**
   * What stands in place of the table when there is no line to show.
   *
   * @param {StudyPages} pages
   */
  #insteadOf(pages) {
    if (pages.count > 0) return null;
    if (pages.error) {
      return empty('warning', text('list.failedTitle'), explain(pages.error),
        h('button', { class: 'button', type: 'button', onclick: () => this.#load(false) }, text('shell.retry')));
    }
    if (!pages.isKnown) return h('div', { class: 'loading' }, h('div', { class: 'spinner' }), text('shell.loading'));
    if (this.#filters.text.trim() || isNarrowed(this.#filters)) {
      return empty('search', text('list.noneTitle'), text('list.noneWhy'),
        h('button', { class: 'button', type: 'button', onclick: () => {
          this.#bar.show(noFilters());
          this.#narrow(noFilters());
          this.#bar.field.focus();
        } }, text('list.showAll')));
    }
    return empty('inbox', text('list.emptyTitle'), may('store') ? text('list.emptyWhy') : text('list.emptyWhyReadOnly'),
      ...(may('store')
        ? [h('button', { class: 'button primary', type: 'button', onclick: () => this.#upload() }, icon('upload'),
          text('shell.upload'))]
        : []));
  }

  // What arrives

  #refreshSoon(atLeast = 0) {
    clearTimeout(this.#refreshing);
    if (!this.isConnected) return;
    const pause = Math.max(atLeast, this.#lastRefresh + refreshPause - Date.now());
    this.#refreshing = setTimeout(() => this.#refresh(), pause);
  }

  /** Looks at the list's beginning again: at the top it is simply shown, elsewhere somebody is told and not moved. */
  #refresh() {
    this.#lastRefresh = Date.now();
    void this.#learn();
    // What is asked already may have been answered before what has happened now.
    if (this.#fresh) return this.#refreshSoon();
    const before = this.#pages;
    if (!before?.isKnown) return this.#load(false);
    const pages = this.#search(() => {
      if (pages === this.#pages) return this.#answered(pages, true);
      if (this.#pages !== before || this.#fresh) {
        pages.stop();
        return this.#refreshSoon();
      }
      if (pages.error) {
        this.#refreshSoon(failedPause);
        return;
      }
      const arrivals = this.#arrivals((study) => before.place(study) >= 0, pages);
      for (const study of arrivals) this.#rows.arrived.add(study);
      if (this.#rows.isAtTop) {
        this.#rebind(pages);
        return;
      }
      pages.stop();
      this.#announce(arrivals);
      void this.#refreshInView(before);
    });
    pages.need(0, 0);
  }

  /**
   * Brings what is in view up to date. What arrived above it pushes nothing down.
   *
   * @param {StudyPages} pages
   */
  async #refreshInView(pages) {
    const { first, last } = this.#rows.window;
    const topmost = pages.row(first)?.study;
    const active = this.#rows.active?.study;
    const known = new Set(this.#arrivals(() => false, pages));
    await pages.refresh(first, last);
    if (pages !== this.#pages) return;
    // What has arrived meanwhile came with it.
    this.#announce(this.#arrivals((study) => known.has(study), pages));
    if (active) this.#rows.follow(active);
    if (topmost) this.#rows.hold(topmost, first);
  }

  /** @param {StudyPages} pages */
  #rebind(pages) {
    this.#show(pages, true);
    const study = this.#rows.active;
    if (study && this.#details.isOpen) this.#details.show(study);
    this.#hush();
  }

  /**
   * Studies on the first page that were not known before.
   *
   * @param {(study: string) => boolean} isKnown
   * @param {StudyPages} after
   */
  #arrivals(isKnown, after) {
    /** @type {string[]} */
    const found = [];
    for (let place = 0; place < Math.min(pageSize, after.count); place += 1) {
      const study = after.row(place)?.study;
      if (study && !isKnown(study)) found.push(study);
    }
    return found;
  }

  /**
   * Tells somebody who reads further down of what arrived above.
   *
   * @param {string[]} studies
   */
  #announce(studies) {
    for (const study of studies) {
      this.#rows.arrived.add(study);
      this.#unseen.add(study);
    }
    if (this.#unseen.size === 0) return;
    this.#arrived.textContent = text('list.arrived', { count: this.#unseen.size });
    this.#arrived.hidden = false;
  }

  #hush() {
    this.#unseen.clear();
    this.#arrived.hidden = true;
  }

  #showArrived() {
    this.#load(false);
    this.#rows.element.focus();
  }

  // What somebody does

  /** @param {Study | null} study */
  #activated(study) {
    if (!study) return;
    this.#rows.arrived.delete(study.study);
    this.#showDetails(study);
  }

  /** @param {Study} study */
  #showDetails(study) {
    this.#details.show(study);
    this.classList.add('has-details');
  }

  #closeDetails() {
    const hadFocus = this.#details.element.contains(document.activeElement);
    this.#details.close();
    this.classList.remove('has-details');
    if (hadFocus) this.#rows.element.focus();
  }

  /** @param {Study} study */
  #open(study) {
    this.#rows.arrived.delete(study.study);
    navigate(`/viewer/${study.study}`);
  }

  async #upload() {
    const { chooseUpload } = await import('/upload/iso-upload.js');
    chooseUpload();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      if (this.#details.isOpen) this.#closeDetails();
      else if (!this.#bar.clearText()) return;
      event.preventDefault();
      return;
    }
    if (isTyping(event) || !may('search')) return;
    if (event.key === '/') this.#bar.field.select();
    else if (event.key === '?') showKeys();
    else if (event.key === 'u' && may('store')) this.#upload();
    else if (event.target instanceof Element && event.target.closest('button, a, summary')) return;
    else if (event.key === ' ') {
      const study = this.#rows.active;
      if (this.#details.isOpen) this.#closeDetails();
      else if (study) this.#showDetails(study);
    } else if (!this.#rows.pressed(event)) return;
    else if (document.activeElement !== this.#rows.element) this.#rows.element.focus({ preventScroll: true });
    event.preventDefault();
  }
}

customElements.define('iso-study-list', IsoStudyList);
