/**
 * What the list is narrowed to, and how that stands in the address: modalities, sites and days. What was typed may name a
 * patient, so it is kept beside the address, in the entry of the history.
 */

import { dayOf } from '/parts/format.js';

/** @typedef {'' | 'today' | 'yesterday' | 'week' | 'month' | 'year'} Preset */

/**
 * @typedef {object} Filters
 * @property {string} text
 * @property {string[]} modalities
 * @property {string[]} sites
 * @property {Preset} preset
 * @property {string} from `YYYY-MM-DD` or empty; counts without a preset.
 * @property {string} to
 */

/** @type {Preset[]} */
export const presets = ['', 'today', 'yesterday', 'week', 'month', 'year'];

/** @returns {Filters} */
export function noFilters() {
  return { text: '', modalities: [], sites: [], preset: '', from: '', to: '' };
}

/** @returns {boolean} Whether anything but the text narrows the list. */
export function isNarrowed(/** @type {Filters} */ filters) {
  return filters.modalities.length + filters.sites.length > 0 || hasDate(filters);
}

/** @returns {boolean} */
export function hasDate(/** @type {Filters} */ filters) {
  return filters.preset !== '' || filters.from !== '' || filters.to !== '';
}

/**
 * @param {string} query The query of the address.
 * @param {unknown} state The state of the history's entry.
 * @returns {Filters}
 */
export function readFilters(query, state) {
  const values = new URLSearchParams(query);
  const list = (/** @type {string} */ name) => (values.get(name) ?? '').split(',').filter(Boolean);
  const day = (/** @type {string} */ name) => {
    const value = values.get(name) ?? '';
    return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : '';
  };
  const preset = /** @type {Preset} */ (values.get('date') ?? '');
  const kept = /** @type {{ text?: unknown } | null} */ (typeof state === 'object' ? state : null)?.text;
  return {
    text: typeof kept === 'string' ? kept : '',
    modalities: list('modality'),
    sites: list('site'),
    preset: presets.includes(preset) ? preset : '',
    from: day('from'),
    to: day('to'),
  };
}

/**
 * @param {Filters} filters
 * @returns {string} The query of the address, with its question mark; empty when nothing narrows the list.
 */
export function writeFilters(filters) {
  const parts = [];
  const list = (/** @type {string[]} */ names) => names.map(encodeURIComponent).join(',');
  if (filters.modalities.length > 0) parts.push(`modality=${list(filters.modalities)}`);
  if (filters.sites.length > 0) parts.push(`site=${list(filters.sites)}`);
  if (filters.preset) parts.push(`date=${filters.preset}`);
  else {
    if (filters.from) parts.push(`from=${filters.from}`);
    if (filters.to) parts.push(`to=${filters.to}`);
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

/** Days before today that a preset begins. */
const beginnings = { today: 0, yesterday: 1, week: 6, month: 29, year: 364 };

/**
 * What the server is asked for.
 *
 * @param {Filters} filters
 * @param {Date} now
 * @returns {import('/data/studies.js').StudySearch}
 */
export function searchOf(filters, now) {
  let { from, to } = filters;
  if (filters.preset) {
    const before = (/** @type {number} */ days) =>
      dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
    from = before(beginnings[filters.preset]);
    to = filters.preset === 'yesterday' ? from : '';
  }
  return {
    text: filters.text.trim() || undefined,
    modalities: filters.modalities.length > 0 ? filters.modalities : undefined,
    sites: filters.sites.length > 0 ? filters.sites : undefined,
    from: from || undefined,
    to: to || undefined,
  };
}
