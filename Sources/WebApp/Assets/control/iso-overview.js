/** How the archive is doing: figures that live, the map of who sends what where, and what came last. */

import { explain, getJSON, isAbort, Refusal, request } from '/data/api.js';
import { listen } from '/data/events.js';
import { may, session } from '/data/session.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { text } from '/text/catalogue.js';
import { dayBars, LiveFigure } from './chart.js';
import { agoElement, brief, bytes, number, rate } from './format.js';
import { parseMetrics } from './metrics.js';
import { ControlPage, heading, refused, subheading, tag } from './page.js';
import { studyName } from './studies.js';
import { day, traffic } from './traffic.js';
import { TrafficMap } from './traffic-map.js';

/** @typedef {{ studies: number, instances: number, bytes: number }} Counter */

/** Milliseconds between samples, and at least between looks at the map. */
const samplePause = 2_000;
const mapPause = 3_000;
/** Milliseconds after which the map is looked at even when nothing is told of. */
const mapLongest = 30_000;

class IsoOverview extends ControlPage {
  #sums = h('dl', { class: 'sums' });
  #notice = h('p', { class: 'quiet notice-line' });
  #arriving = new LiveFigure(text('control.imagesPerSecond'), rate);
  #received = new LiveFigure(text('control.bytesPerSecond'), (value) => `${bytes(value)}/s`);
  #waiting = new LiveFigure(text('control.waiting'), brief);
  #requests = new LiveFigure(text('control.requestsPerSecond'), rate);
  #map = new TrafficMap();
  #day = h('div', {});
  #recent = h('ol', { class: 'recent' });
  /** @type {{ at: number, instances: number, bytes: number, requests: number | null } | null} */
  #before = null;
  #mayMetrics = true;
  #looking = false;
  #lookAgain = false;
  #looked = 0;

  begin() {
    this.#before = null;
    this.#mayMetrics = may('readMetrics') && session()?.sites === 'all';
    this.#requests.element.hidden = !this.#mayMetrics;
    this.#waiting.element.hidden = session()?.sites !== 'all';
    this.#notice.textContent = this.#mayMetrics ? '' : text('control.noMetrics');
    this.#notice.hidden = this.#mayMetrics;
    this.replaceChildren(
      heading(text('control.overview'), ''),
      this.#sums, this.#notice,
      h('section', { class: 'figures', 'aria-label': text('control.figures') },
        this.#arriving.element, this.#received.element, this.#waiting.element, this.#requests.element),
      h('section', { class: 'panel', 'aria-label': text('control.map') }, this.#map.element),
      h('div', { class: 'columns' },
        h('section', { class: 'panel' }, subheading(text('control.day')), this.#day),
        h('section', { class: 'panel' }, subheading(text('control.recent')), this.#recent)));
    void this.#sample();
    const sampling = setInterval(() => void this.#sample(), samplePause);
    void this.#look();
    const looking = setInterval(() => void this.#look(), mapLongest);
    const stopListening = listen(() => this.#lookSoon());
    this.whenGone(() => {
      clearInterval(sampling);
      clearInterval(looking);
      stopListening();
      this.#map.end();
    });
  }

  async #sample() {
    if (document.hidden) return;
    try {
      const counters = /** @type {Counter[]} */ (await getJSON('/api/v1/counters', { signal: this.signal }));
      const metrics = this.#mayMetrics ? await this.#metrics() : null;
      if (this.signal.aborted) return;
      /** @param {(counter: Counter) => number} part */
      const sum = (part) => counters.reduce((all, counter) => all + part(counter), 0);
      const now = {
        at: performance.now(), instances: sum((each) => each.instances), bytes: sum((each) => each.bytes),
        requests: metrics?.sum('isocenter_http_requests_total') ?? null,
      };
      const before = this.#before;
      this.#before = now;
      if (before) {
        const seconds = Math.max(0.1, (now.at - before.at) / 1000);
        this.#arriving.add(Math.max(0, now.instances - before.instances) / seconds);
        this.#received.add(Math.max(0, now.bytes - before.bytes) / seconds);
        if (now.requests !== null && before.requests !== null) {
          this.#requests.add(Math.max(0, now.requests - before.requests) / seconds);
        }
      }
      /** @type {[string, string][]} */
      const sums = [
        [text('control.studies'), number(sum((each) => each.studies))],
        [text('control.images'), number(now.instances)],
        [text('control.content'), bytes(now.bytes)],
      ];
      const stored = metrics?.value('isocenter_store_bytes');
      const free = metrics?.value('isocenter_disk_free_bytes');
      if (stored !== undefined) sums.push([text('control.onDisk'), bytes(stored)]);
      if (free !== undefined) sums.push([text('control.free'), bytes(free)]);
      this.#sums.replaceChildren(...sums.map(([name, value]) =>
        h('div', {}, h('dt', {}, name), h('dd', {}, value))));
    } catch (error) {
      if (this.signal.aborted || isAbort(error)) return;
      this.#notice.hidden = false;
      this.#notice.textContent = explain(error);
    }
  }

  async #metrics() {
    try {
      const answer = await request('/metrics', { signal: this.signal });
      return parseMetrics(await answer.text());
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 403) throw error;
      this.#mayMetrics = false;
      this.#requests.element.hidden = true;
      this.#notice.hidden = false;
      this.#notice.textContent = text('control.noMetrics');
      return null;
    }
  }

  #lookSoon() {
    if (this.#lookAgain || this.signal.aborted) return;
    this.#lookAgain = true;
    setTimeout(() => {
      this.#lookAgain = false;
      void this.#look();
    }, Math.max(0, this.#looked + mapPause - performance.now()));
  }

  async #look() {
    if (this.#looking || this.signal.aborted) return;
    this.#looking = true;
    this.#looked = performance.now();
    const signal = this.signal;
    try {
      const isForAll = session()?.sites === 'all';
      const [flows, nodes, destinations, queues] = await Promise.all([
        traffic(signal), getJSON('/api/v1/nodes', { signal }), getJSON('/api/v1/destinations', { signal }),
        isForAll ? getJSON('/api/v1/queues', { signal }) : [],
      ]);
      if (signal.aborted) return;
      this.#map.show({ traffic: flows, nodes, destinations, queues });
      const hours = day(flows.sources.flatMap((source) => source.hours), flows.at);
      const total = hours.reduce((all, hour) => all + hour.instances, 0);
      this.#day.replaceChildren(
        h('p', { class: 'quiet' }, text('control.dayTotal', { count: total })),
        dayBars(hours, text('control.dayTotal', { count: total })));
      if (isForAll) {
        this.#waiting.add(queues.reduce((/** @type {number} */ all, /** @type {{ waiting: number }} */ queue) => all + queue.waiting, 0));
      }
      await this.#showRecent(flows.recent);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#map.element.replaceChildren(refused(error, () => {
        this.#map = new TrafficMap();
        this.begin();
      }));
    } finally {
      this.#looking = false;
    }
  }

  /** @param {import('./traffic.js').Arrival[]} arrivals */
  async #showRecent(arrivals) {
    const rows = await Promise.all(arrivals.slice(0, 8).map(async (arrival) => ({
      arrival, study: await studyName(arrival.study, this.signal),
    })));
    if (this.signal.aborted) return;
    // What was deleted since is not there to be shown.
    const present = rows.filter(({ study }) => study !== null);
    if (present.length === 0) {
      this.#recent.replaceChildren(h('li', { class: 'bare' }, empty('inbox', text('control.noRecent'), text('control.noRecentWhy'))));
      return;
    }
    this.#recent.replaceChildren(...present.map(({ arrival, study }) => h('li', {},
      h('a', { href: `/viewer/${arrival.study}` }, study?.name || text('control.nameless')),
      h('span', { class: 'quiet what' }, study?.description ?? ''),
      h('span', { class: 'tags' }, (study?.modalities ?? []).map((modality) => tag(modality))),
      h('span', { class: 'quiet' }, arrival.name), agoElement(arrival.at))));
  }
}

customElements.define('iso-overview', IsoOverview);
