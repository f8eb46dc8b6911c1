/** The list of studies as the server gives it, and what can be done with one. */

import { getJSON, request, sendJSON } from '/data/api.js';

/**
 * @typedef {object} Study
 * @property {string} study Study Instance UID
 * @property {import('/parts/format.js').PersonName} patientName
 * @property {string} patientID
 * @property {string} [birthDate]
 * @property {string} [sex]
 * @property {string} [accessionNumber]
 * @property {string} [description]
 * @property {string} [date]
 * @property {string} [time]
 * @property {string[]} modalities
 * @property {number} series
 * @property {number} instances
 * @property {number} bytes
 * @property {string[]} sites
 * @property {string} receivedAt
 */

/**
 * @typedef {object} StudySearch
 * @property {string} [text]
 * @property {string[]} [modalities]
 * @property {string[]} [sites]
 * @property {string} [from] `YYYY-MM-DD`
 * @property {string} [to]
 */

/**
 * @param {StudySearch} search
 * @param {string | undefined} cursor
 * @param {number} limit
 * @param {AbortSignal} signal
 * @returns {Promise<{ studies: Study[], next?: string }>}
 */
export function findStudies(search, cursor, limit, signal) {
  return sendJSON('POST', '/api/v1/studies/search', { ...search, cursor, limit }, { signal });
}

/**
 * @typedef {object} Series
 * @property {string} series Series Instance UID
 * @property {string} modality
 * @property {string} description
 * @property {number | null} number
 * @property {number} instances
 */

/**
 * The series of a study by QIDO-RS (PS3.18 §10.6), in the order of their numbers.
 *
 * @param {string} study
 * @param {AbortSignal} signal
 * @returns {Promise<Series[]>}
 */
export async function findSeries(study, signal) {
  const fields = ['00080060', '0008103E', '00200011', '00201209'].map((tag) => `includefield=${tag}`).join('&');
  /** @type {Record<string, { Value?: unknown[] }>[]} */
  const rows = await getJSON(
    `/dicom-web/studies/${study}/series?${fields}`, { signal, headers: { Accept: 'application/dicom+json' } }) ?? [];
  const value = (/** @type {Record<string, { Value?: unknown[] }>} */ row, /** @type {string} */ tag) =>
    row[tag]?.Value?.[0];
  return rows.map((row) => ({
    series: String(value(row, '0020000E') ?? ''),
    modality: String(value(row, '00080060') ?? ''),
    description: String(value(row, '0008103E') ?? ''),
    number: value(row, '00200011') === undefined ? null : Number(value(row, '00200011')),
    instances: Number(value(row, '00201209') ?? 0),
  })).sort((left, right) => (left.number ?? Infinity) - (right.number ?? Infinity));
}

/** @returns {string} Where a picture of a series is. */
export function thumbnail(/** @type {string} */ study, /** @type {string} */ series) {
  return `/dicom-web/studies/${study}/series/${series}/thumbnail?viewport=96,96`;
}

/** @returns {string} Where the whole study is, as a ZIP archive. */
export function archiveAddress(/** @type {string} */ study) {
  return `/api/v1/studies/${study}/archive`;
}

/**
 * @param {string} study
 * @param {string} reason
 */
export async function deleteStudy(study, reason) {
  const query = reason ? `?reason=${encodeURIComponent(reason)}` : '';
  await request(`/api/v1/studies/${study}${query}`, { method: 'DELETE' });
}

/** @typedef {{ site: string, modality: string, studies: number }} Counter */

/** @returns {Promise<Counter[]>} */
export function counters() {
  return getJSON('/api/v1/counters');
}
