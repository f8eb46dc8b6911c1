import { DataSet } from '../dicom/data-set.js';
import { Tag } from '../dicom/tags.js';
import { JSONArrayReader } from './json-array.js';

/**
 * What the viewer asks of an archive, by DICOMweb (PS3.18 §10) and nothing else.
 *
 * @typedef {{ headers?: Record<string, string>, signal?: AbortSignal }} Asking
 * @typedef {(path: string, asking: Asking) => Promise<Response>} Ask resolves with answers that are no refusals
 * @typedef {import('../dicom/instance.js').Frame} Frame
 */

const JSON_TYPE = 'application/dicom+json';
/** Frames as they are stored, one without a multipart envelope around it. */
const FRAME_TYPE = 'application/octet-stream; transfer-syntax=*';
const DECODED_FRAME_TYPE = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1';

export class Archive {
  /** @param {Ask} ask @param {string} root */
  constructor(ask, root = '/dicom-web') {
    this.ask = ask;
    this.root = root;
  }

  /**
   * @param {string} study
   * @param {AbortSignal} signal
   * @returns {Promise<DataSet | undefined>} undefined when there is none, or none for the one who asks
   */
  async study(study, signal) {
    const fields = [Tag.StudyDescription, Tag.PatientBirthDate, Tag.PatientSex].map((tag) => `&includefield=${tag}`);
    const path = `/studies?StudyInstanceUID=${encodeURIComponent(study)}${fields.join('')}`;
    return (await this.#search(path, signal))[0];
  }

  /** @param {string} study @param {AbortSignal} signal */
  async series(study, signal) {
    const fields = `?includefield=${Tag.SeriesDescription}&includefield=${Tag.SeriesNumber}`;
    const found = await this.#search(`/studies/${encodeURIComponent(study)}/series${fields}`, signal);
    return found.sort((one, other) => {
      return (one.number(Tag.SeriesNumber) ?? Infinity) - (other.number(Tag.SeriesNumber) ?? Infinity);
    });
  }

  /** @param {string} path @param {AbortSignal} signal @returns {Promise<DataSet[]>} */
  async #search(path, signal) {
    const response = await this.ask(this.root + path, { headers: { Accept: JSON_TYPE }, signal });
    if (response.status === 204) return [];
    const rows = /** @type {import('../dicom/data-set.js').JSONDataSet[]} */ (await response.json());
    return rows.map((row) => new DataSet(row));
  }

  /**
   * The instances of a series, each as soon as it has come.
   *
   * @param {string} study @param {string} series @param {AbortSignal} signal
   * @returns {AsyncGenerator<DataSet>}
   */
  async *metadata(study, series, signal) {
    const path = `/studies/${encodeURIComponent(study)}/series/${encodeURIComponent(series)}/metadata`;
    const response = await this.ask(this.root + path, { headers: { Accept: JSON_TYPE }, signal });
    const body = response.body?.getReader();
    const reader = new JSONArrayReader();
    for (;;) {
      const { done, value } = (await body?.read()) ?? { done: true, value: undefined };
      if (done || !value) break;
      for (const json of reader.read(value)) {
        yield new DataSet(/** @type {import('../dicom/data-set.js').JSONDataSet} */ (json));
      }
    }
    if (!reader.isComplete) throw new TypeError('the metadata end in the middle');
  }

  /**
   * A frame as it is stored, or decoded by the server.
   *
   * @param {Frame} frame @param {AbortSignal} signal @param {'stored' | 'decoded'} [form]
   * @returns {Promise<{ transferSyntax: string, bytes: () => Promise<ArrayBuffer>, cancel: () => void }>} the bytes
   *   are on their way; who has no use for them cancels
   * @throws {TypeError} when the answer says that it is another frame
   */
  async frame(frame, signal, form = 'stored') {
    const path = this.#path(frame);
    const headers = { Accept: form === 'stored' ? FRAME_TYPE : DECODED_FRAME_TYPE };
    const response = await this.ask(this.root + path, { headers, signal });
    const location = response.headers.get('Content-Location');
    if (location !== null && !location.endsWith(path)) throw new TypeError('the answer is another frame');
    const type = response.headers.get('Content-Type') ?? '';
    const transferSyntax = /transfer-syntax="?([0-9.]+)/.exec(type)?.[1] ?? '1.2.840.10008.1.2.1';
    return {
      transferSyntax,
      bytes: () => response.arrayBuffer(),
      cancel: () => void response.body?.cancel().catch(() => {}),
    };
  }

  /**
   * A frame as the server draws it.
   *
   * @param {Frame} frame @param {AbortSignal} signal
   */
  async rendered(frame, signal) {
    const headers = { Accept: 'image/jpeg, image/png' };
    return (await this.ask(`${this.root}${this.#path(frame)}/rendered`, { headers, signal })).blob();
  }

  /**
   * A value that did not come with the metadata.
   *
   * @param {string} uri as the metadata say, on whatever host the server takes itself for
   * @param {AbortSignal} signal
   */
  async bulk(uri, signal) {
    const path = uri.slice(uri.indexOf('/studies/'));
    const headers = { Accept: 'application/octet-stream' };
    return new Uint8Array(await (await this.ask(this.root + path, { headers, signal })).arrayBuffer());
  }

  /** @param {Frame} frame */
  #path({ instance, number }) {
    return `/studies/${instance.study}/series/${instance.series}/instances/${instance.uid}/frames/${number}`;
  }
}
