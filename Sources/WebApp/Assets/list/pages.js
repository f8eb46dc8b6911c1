/**
 * The list of studies page by page: nothing is counted, pages are asked for as they come into view, far ones are let go and
 * asked for again. Answers of an older search are never heard of.
 */

import { isAbort } from '/data/api.js';

/** @typedef {import('/data/studies.js').Study} Study */
/** @typedef {(cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<{ studies: Study[], next?: string }>} Fetch */

/** Studies on a page. */
export const pageSize = 100;
/** Pages kept at each side of the one in view. */
const keptPages = 10;

/**
 * @typedef {object} Page
 * @property {string | undefined} cursor Where it begins.
 * @property {number} count
 * @property {Study[] | null} studies `null` while it is let go.
 */

export class StudyPages {
  /** @type {Page[]} */
  #pages = [];
  /** @type {string | undefined} */
  #next;
  #hasMore = true;
  #stopped = new AbortController();
  /** @type {Map<number, Promise<void>>} */
  #coming = new Map();
  /** @type {unknown} */
  #error = null;
  #fetch;
  #changed;

  /**
   * @param {Fetch} fetch
   * @param {() => void} changed Called when rows have come, or could not.
   */
  constructor(fetch, changed) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** Rows that are known to exist. */
  get count() {
    const last = this.#pages.at(-1);
    return last ? (this.#pages.length - 1) * pageSize + last.count : 0;
  }

  /** Whether there are more behind those. */
  get hasMore() {
    return this.#hasMore;
  }

  /** Whether anything has been answered. */
  get isKnown() {
    return this.#pages.length > 0;
  }

  /** What the last request came to, if it failed. */
  get error() {
    return this.#error;
  }

  /**
   * A row, or `null` while it is on its way.
   *
   * @param {number} place
   * @returns {Study | null}
   */
  row(place) {
    return this.#pages[Math.floor(place / pageSize)]?.studies?.[place % pageSize] ?? null;
  }

  /**
   * The place of a study among the rows that are here, or -1.
   *
   * @param {string} study
   */
  place(study) {
    for (const [number, page] of this.#pages.entries()) {
      const place = page.studies?.findIndex((row) => row.study === study) ?? -1;
      if (place >= 0) return number * pageSize + place;
    }
    return -1;
  }

  /**
   * Sees to it that the rows from first to last come, and lets those go that are far away.
   *
   * @param {number} first
   * @param {number} last
   */
  need(first, last) {
    const from = Math.floor(first / pageSize);
    const to = Math.floor(last / pageSize);
    for (let number = from; number <= to; number += 1) {
      if (number < this.#pages.length ? !this.#pages[number]?.studies : number === this.#pages.length && this.#hasMore) {
        void this.#load(number);
      }
    }
    for (const [number, page] of this.#pages.entries()) {
      if (number < from - keptPages || number > to + keptPages) page.studies = null;
    }
  }

  /**
   * Asks again for the rows from first to last, which stay until the answers come. Where a page no longer ends where the
   * next began, those behind it are asked for anew as they come into view.
   *
   * @param {number} first
   * @param {number} last
   */
  async refresh(first, last) {
    const signal = this.#stopped.signal;
    for (let number = Math.floor(first / pageSize); number <= Math.floor(last / pageSize); number += 1) {
      const page = this.#pages[number];
      if (!page?.studies) break;
      try {
        const answer = await this.#fetch(page.cursor, pageSize, signal);
        if (signal.aborted || this.#pages[number] !== page) return;
        page.studies = answer.studies;
        page.count = answer.studies.length;
        if (this.#pages[number + 1]?.cursor !== answer.next) {
          this.#pages.length = number + 1;
          this.#next = answer.next;
          this.#hasMore = answer.next !== undefined;
        }
      } catch {
        // What is shown stays; the next look may succeed.
        break;
      }
    }
    this.#changed();
  }

  /** Asks again for what failed. */
  retry() {
    this.#error = null;
    this.#changed();
  }

  /** Nothing more comes of this search. */
  stop() {
    this.#stopped.abort();
  }

  /** @param {number} number */
  #load(number) {
    const coming = this.#coming.get(number) ?? this.#ask(number).finally(() => this.#coming.delete(number));
    this.#coming.set(number, coming);
    return coming;
  }

  /** @param {number} number */
  async #ask(number) {
    if (this.#error) return;
    const known = this.#pages[number];
    const cursor = known ? known.cursor : this.#next;
    const signal = this.#stopped.signal;
    try {
      const answer = await this.#fetch(cursor, pageSize, signal);
      if (signal.aborted) return;
      if (known) {
        known.studies = answer.studies;
        known.count = number === this.#pages.length - 1 ? answer.studies.length : known.count;
      } else {
        this.#pages.push({ cursor, count: answer.studies.length, studies: answer.studies });
        this.#next = answer.next;
        this.#hasMore = answer.next !== undefined;
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#error = error;
    }
    this.#changed();
  }
}
