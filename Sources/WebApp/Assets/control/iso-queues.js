/** What waits for each destination, live; and each queue's items. */

import { getJSON, sendJSON } from '/data/api.js';
import { listen } from '/data/events.js';
import { session } from '/data/session.js';
import { confirmDanger } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { ago, agoElement, number } from './format.js';
import { button, ControlPage, fill, heading, table, tag, working } from './page.js';
import { studyName } from './studies.js';

/**
 * @typedef {{ destination: string, paused: boolean, waiting: number, setAside: number, sent: number, oldest?: string,
 *   failures: number, reason?: string, nextAttempt?: string }} Queue
 */
/**
 * @typedef {{ id: number, study: string, instance: string, rule: string, attempts: number, queuedAt: string,
 *   settledAt?: string, reason?: string }} Item
 */
/** @typedef {'waiting' | 'setAside' | 'sent'} State */

const itemsAtATime = 100;
/** Milliseconds between looks when something happens, and when nothing does. */
const pause = 1_000;
const longest = 15_000;

class IsoQueues extends ControlPage {
  #place = h('div', { class: 'part' });
  /** @type {State} */
  #state = 'waiting';
  #waits = false;

  begin() {
    this.#place.replaceChildren();
    this.replaceChildren(
      this.subject === ''
        ? heading(text('control.queues'), text('control.queuesWhy'))
        : heading(this.subject, text('control.queueOf'),
          h('a', { class: 'button small', href: '/control/queues' }, icon('left'), text('control.allQueues'))),
      this.#place);
    void this.#load();
    const looking = setInterval(() => void this.#load(), longest);
    const stop = listen(() => {
      if (this.#waits) return;
      this.#waits = true;
      setTimeout(() => {
        this.#waits = false;
        if (!this.signal.aborted) void this.#load();
      }, pause);
    });
    this.whenGone(() => {
      clearInterval(looking);
      stop();
    });
  }

  #load() {
    const signal = this.signal;
    const of = this.subject;
    const state = this.#state;
    return fill(this.#place, signal, async () => {
      const queues = /** @type {Queue[]} */ (await getJSON('/api/v1/queues', { signal }));
      if (of === '') return { queues, items: [], next: undefined, names: new Map() };
      const queue = queues.filter(({ destination }) => destination === of);
      if (queue.length === 0) return { queues: [], items: [], next: undefined, names: new Map() };
      const { items, next } = await this.#items(state, 0);
      return { queues: queue, items, next, names: await this.#names(items) };
    }, ({ queues, items, next, names }) => {
      if (queues.length === 0 && of !== '') {
        return [empty('search', text('control.noSuchQueue'), text('control.noSuchQueueWhy'),
          h('a', { class: 'button', href: '/control/queues' }, text('control.allQueues')))];
      }
      if (queues.length === 0) {
        return [empty('inbox', text('control.noQueues'), text('control.noQueuesWhy'),
          h('a', { class: 'button primary', href: '/control/rules' }, text('control.toRules')))];
      }
      const cards = h('div', { class: 'queue-cards' }, queues.map((queue) => this.#card(queue, of !== '')));
      return of === '' ? [cards] : [cards, this.#itemsPart(queues[0], items, next, names)];
    });
  }

  /** @param {State} state @param {number} after @returns {Promise<{ items: Item[], next?: number }>} */
  #items(state, after) {
    return getJSON(
      `/api/v1/queues/${encodeURIComponent(this.subject)}/items?state=${state}&after=${after}&limit=${itemsAtATime}`,
      { signal: this.signal });
  }

  /** @param {Item[]} items */
  async #names(items) {
    const names = new Map();
    for (const study of new Set(items.map((item) => item.study))) names.set(study, await studyName(study, this.signal));
    return names;
  }

  /** @param {Queue} queue @param {boolean} isAlone */
  #card(queue, isAlone) {
    const name = queue.destination;
    const state = queueState(queue);
    return h('article', { class: `panel queue ${state.kind}`, 'aria-label': name },
      h('header', { class: 'part-head' },
        h('h2', {}, isAlone ? text('control.state') : h('a', { href: `/control/queues/${encodeURIComponent(name)}` }, name)),
        tag(state.word, state.kind)),
      h('dl', { class: 'sums' },
        ...[
          [text('control.waiting'), number(queue.waiting)], [text('control.setAside'), number(queue.setAside)],
          [text('control.sentCount'), number(queue.sent)],
          [text('control.oldest'), queue.oldest ? agoElement(queue.oldest) : '–'],
        ].map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value)))),
      queue.failures > 0 && h('p', { class: 'reason' },
        text('control.backOff', { count: queue.failures, why: queue.reason ?? '', when: queue.nextAttempt ? ago(queue.nextAttempt) : '' })),
      session()?.sites === 'all' && h('div', { class: 'row-actions' },
        queue.paused
          ? button('play', text('control.resume'), () => this.#act(name, 'resume'), { key: `pause ${name}`, name: text('control.resumeOf', { name }) })
          : button('pause', text('control.pause'), () => this.#act(name, 'pause'), { key: `pause ${name}`, name: text('control.pauseOf', { name }) }),
        (queue.waiting > 0 || queue.setAside > 0)
          && button('refresh', text('control.retryNow'), () => this.#act(name, 'retry'), { key: `retry ${name}`, name: text('control.retryOf', { name }) }),
        (queue.waiting > 0 || queue.setAside > 0)
          && button('trash', text('control.empty'), () => this.#empty(queue), { key: `empty ${name}`, kind: 'danger', name: text('control.emptyOf', { name }) })));
  }

  /**
   * @param {Queue | undefined} queue
   * @param {Item[]} items
   * @param {number | undefined} next
   * @param {Map<string, import('./studies.js').StudyName | null>} names
   */
  #itemsPart(queue, items, next, names) {
    /** @type {[State, string, number][]} */
    const states = [
      ['waiting', text('control.waiting'), queue?.waiting ?? 0], ['setAside', text('control.setAside'), queue?.setAside ?? 0],
      ['sent', text('control.sentCount'), queue?.sent ?? 0],
    ];
    const rows = h('div', {});
    const place = h('section', { class: 'panel', 'aria-label': text('control.items') },
      h('div', { class: 'chips', role: 'group', 'aria-label': text('control.items') }, states.map(([state, label, count]) =>
        h('button', { class: 'chip small', type: 'button', 'data-key': `state ${state}`, 'aria-pressed': String(state === this.#state),
          onclick: () => {
            this.#state = state;
            void this.#load();
          } }, `${label} ${number(count)}`))),
      rows);
    if (items.length === 0) {
      rows.append(h('p', { class: 'quiet nothing' }, text('control.noItems')));
      return place;
    }
    rows.append(itemsTable(items, names));
    if (next !== undefined) {
      let after = next;
      const more = h('button', { class: 'button', type: 'button' }, text('control.more'));
      more.addEventListener('click', () => void working(more, async () => {
        const page = await this.#items(this.#state, after);
        rows.insertBefore(itemsTable(page.items, await this.#names(page.items)), more);
        if (page.next === undefined) more.remove();
        else after = page.next;
      }));
      rows.append(more);
    }
    return place;
  }

  /** @param {string} name @param {'pause' | 'resume' | 'retry' | 'empty'} action */
  async #act(name, action) {
    await sendJSON('POST', `/api/v1/queues/${encodeURIComponent(name)}/${action}`, {});
    await this.#load();
  }

  /** @param {Queue} queue */
  async #empty(queue) {
    const isSure = await confirmDanger({
      title: text('control.emptyQueue', { name: queue.destination }),
      content: [h('p', {}, text('control.emptyQueueWhy', { count: queue.waiting + queue.setAside }))],
      action: text('control.empty'),
    });
    if (!isSure) return;
    await this.#act(queue.destination, 'empty');
    toast(text('control.emptied', { name: queue.destination }));
  }
}

/** @param {Item[]} items @param {Map<string, import('./studies.js').StudyName | null>} names */
function itemsTable(items, names) {
  return table(text('control.items'), [
    text('control.study'), text('control.instance'), text('control.queuedAt'), text('control.attempts'), text('control.reason'),
  ], items.map((item) => ({
    cells: [
      h('a', { href: `/viewer/${item.study}` }, names.get(item.study)?.name || text('control.nameless')),
      h('span', { class: 'mono uid', title: item.instance }, item.instance),
      agoElement(item.settledAt ?? item.queuedAt), String(item.attempts), item.reason ?? '',
    ],
  })), [3]);
}

/** @param {Queue} queue @returns {{ word: string, kind: 'good' | 'warn' | 'bad' | '' }} */
function queueState(queue) {
  if (queue.failures > 0) return { word: text('control.state.failing'), kind: 'bad' };
  if (queue.paused) return { word: text('control.paused'), kind: 'warn' };
  if (queue.setAside > 0) return { word: text('control.state.setAside'), kind: 'bad' };
  if (queue.waiting > 0) return { word: text('control.state.sending'), kind: 'good' };
  return { word: text('control.state.idle'), kind: '' };
}

customElements.define('iso-queues', IsoQueues);
