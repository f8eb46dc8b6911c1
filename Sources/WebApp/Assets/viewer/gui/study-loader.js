import { DataSet } from '../dicom/data-set.js';
import { Instance } from '../dicom/instance.js';
import { stacksOf } from '../dicom/stacks.js';
import { Tag } from '../dicom/tags.js';

/**
 * Reads a study: what it is, its series, and the metadata of each, the series that somebody waits for first.
 *
 * @typedef {import('./series-panel.js').Series} Series
 * @typedef {import('../io/archive.js').Archive} Archive
 *
 * @typedef {object} LoaderEvents
 * @property {(series: Series[]) => void} onSeries a list that is new, or an entry of it that has been read
 * @property {(series: Series, count: number) => void} onProgress instances of a series that have come
 * @property {(error: unknown) => string} explain
 */

/** Series whose metadata are read at a time. */
const AT_A_TIME = 2;
/** Modalities of objects that have no images: they are read last. */
const WITHOUT_IMAGES = new Set(['SR', 'PR', 'KO', 'DOC', 'AU', 'ECG', 'PLAN', 'RTPLAN', 'RTSTRUCT', 'RTRECORD', 'REG', 'FID']);

export class StudyLoader {
  /** @type {Series[]} */
  series = [];
  /** @type {Series[]} */
  #waiting = [];
  #running = 0;

  /** @param {Archive} archive @param {AbortSignal} signal @param {LoaderEvents} events */
  constructor(archive, signal, events) {
    this.archive = archive;
    this.signal = signal;
    this.events = events;
  }

  /**
   * @param {string} study
   * @returns {Promise<DataSet | undefined>} what a search says of the study; undefined when there is none
   */
  async open(study) {
    const [row, series] = await Promise.all([
      this.archive.study(study, this.signal), this.archive.series(study, this.signal),
    ]);
    if (!row) return undefined;
    this.study = study;
    this.series = series.map((each) => ({ uid: each.text(Tag.SeriesInstanceUID), row: each, stacks: undefined, failure: '' }));
    this.#waiting = [...this.series].sort((one, other) => Number(isWithoutImages(one)) - Number(isWithoutImages(other)));
    this.events.onSeries(this.series);
    this.#work();
    return row;
  }

  /**
   * Reads a series before the others, also when it failed before.
   *
   * @param {Series} series
   */
  hurry(series) {
    if (series.stacks) return;
    const waits = this.#waiting.includes(series);
    if (!waits && !series.failure) return;
    this.#waiting = [series, ...this.#waiting.filter((each) => each !== series)];
    series.failure = '';
    this.#work();
  }

  #work() {
    while (this.#running < AT_A_TIME && !this.signal.aborted) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running += 1;
      void this.#read(next);
    }
  }

  /** @param {Series} series */
  async #read(series) {
    try {
      /** @type {Instance[]} */
      const instances = [];
      for await (const dataSet of this.archive.metadata(this.study ?? '', series.uid, this.signal)) {
        instances.push(new Instance(dataSet));
        this.events.onProgress(series, instances.length);
      }
      series.stacks = stacksOf(instances);
    } catch (error) {
      if (this.signal.aborted) return;
      series.failure = this.events.explain(error);
    }
    this.#running -= 1;
    if (this.signal.aborted) return;
    this.events.onSeries(this.series);
    this.#work();
  }
}

/**
 * Whether a series' modality promises no images; it may have some all the same.
 *
 * @param {Series} series
 */
export function isWithoutImages({ row }) {
  return WITHOUT_IMAGES.has(row.text(Tag.Modality));
}
