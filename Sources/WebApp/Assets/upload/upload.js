/** An upload: files one after the other, some at a time, until all are done or somebody stops it. */

import { isAbort, Unreachable } from '/data/api.js';
import { store, StoreFull } from '/upload/store.js';

/** Files on their way at a time. */
const atATime = 4;
/** Files of one upload. */
export const maximumFiles = 100_000;
/** Milliseconds before a server that could not be reached is tried again. */
const unreachablePause = 3_000;

/** @typedef {import('/upload/collect.js').Found} Found */
/** @typedef {import('/upload/store.js').Outcome} Outcome */
/** @typedef {Outcome & { name: string }} Result */
/** @typedef {'running' | 'paused' | 'waiting' | 'full' | 'done' | 'cancelled'} UploadState */

export class Upload extends EventTarget {
  /** @type {Result[]} */
  results = [];
  /** Files found so far; more while `isReading`. */
  found = 0;
  isReading = true;
  hasTooMany = false;
  /** @type {UploadState} */
  state = 'running';
  /** @type {Found[]} */
  #waiting = [];
  #cancelled = new AbortController();
  /** @type {(() => void)[]} */
  #sleepers = [];

  /** @param {AsyncIterable<Found>} files */
  constructor(files) {
    super();
    void this.#run(files);
  }

  get isOver() {
    return this.state === 'done' || this.state === 'cancelled';
  }

  /** How many came to what. */
  get tally() {
    const tally = { stored: 0, known: 0, aside: 0, refused: 0, skipped: 0 };
    for (const result of this.results) tally[result.kind] += 1;
    return tally;
  }

  pause() {
    if (this.state === 'running' || this.state === 'waiting') this.#become('paused');
  }

  resume() {
    if (this.state === 'paused' || this.state === 'full' || this.state === 'waiting') this.#become('running');
  }

  /** What is on its way is broken off; what is stored stays. */
  cancel() {
    if (this.isOver) return;
    this.#cancelled.abort();
    this.#become('cancelled');
  }

  /** @param {UploadState} state */
  #become(state) {
    this.state = state;
    for (const wake of this.#sleepers.splice(0)) wake();
    this.dispatchEvent(new Event('change'));
  }

  /** @param {AsyncIterable<Found>} files */
  async #run(files) {
    const workers = Array.from({ length: atATime }, () => this.#work());
    for await (const file of files) {
      if (this.isOver) break;
      if (this.found >= maximumFiles) {
        this.hasTooMany = true;
        break;
      }
      this.found += 1;
      this.#waiting.push(file);
      this.#wake();
    }
    this.isReading = false;
    this.#wake();
    await Promise.all(workers);
    if (!this.isOver) this.#become('done');
    else this.dispatchEvent(new Event('change'));
  }

  #wake() {
    for (const wake of this.#sleepers.splice(0)) wake();
    this.dispatchEvent(new Event('change'));
  }

  async #work() {
    for (;;) {
      if (this.isOver) return;
      const next = this.state === 'running' ? this.#waiting.shift() : undefined;
      if (!next) {
        if (this.state === 'running' && !this.isReading) return;
        await new Promise((/** @type {(value: void) => void} */ resolve) => this.#sleepers.push(() => resolve()));
        continue;
      }
      await this.#take(next);
    }
  }

  /** @param {Found} file */
  async #take(file) {
    if ('problem' in file) return this.#note({ name: file.name, kind: 'skipped', why: file.problem });
    /** @type {Blob} */
    let bytes;
    try {
      bytes = await file.open();
    } catch {
      return this.#note({ name: file.name, kind: 'skipped', why: 'upload.why.unreadable' });
    }
    try {
      this.#note({ name: file.name, ...await store(bytes, this.#cancelled.signal) });
    } catch (error) {
      if (isAbort(error) || this.#cancelled.signal.aborted) return;
      if (error instanceof StoreFull || error instanceof Unreachable) {
        // It is tried again when the upload goes on.
        this.#waiting.unshift(file);
        if (this.state !== 'running') return;
        if (error instanceof StoreFull) return this.#become('full');
        this.#become('waiting');
        setTimeout(() => this.state === 'waiting' && this.resume(), unreachablePause);
        return;
      }
      const code = error instanceof Error && 'code' in error ? String(Reflect.get(error, 'code')) : '';
      this.#note({ name: file.name, kind: 'refused', why: 'upload.why.failed', code });
    }
  }

  /** @param {Result} result */
  #note(result) {
    this.results.push(result);
    this.dispatchEvent(new Event('change'));
  }
}

/**
 * The results as comma-separated values (RFC 4180). A value that a spreadsheet would take for a formula is kept from it.
 *
 * @param {Result[]} results
 * @param {(key: import('/text/catalogue.js').TextKey, values?: Record<string, string | number>) => string} text
 */
export function report(results, text) {
  const cell = (/** @type {string} */ value) => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  const heads = [text('upload.csv.file'), text('upload.csv.outcome'), text('upload.csv.why'), text('upload.csv.instance')];
  const lines = results.map((result) => [
    result.name, text(`upload.outcome.${result.kind}`),
    result.why ? text(result.why, { code: result.code ?? '' }) : '', result.instance ?? '',
  ]);
  return [heads, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}
