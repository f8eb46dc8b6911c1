import { Tag } from './tags.js';

/** Values as people read them. */

/**
 * A person's name: family name first, the ideographic form before it when there is one (PS3.5 §6.2.1).
 *
 * @param {import('./data-set.js').DataSet} dataSet
 * @param {string} tag
 */
export function personName(dataSet, tag = Tag.PatientName) {
  const value = dataSet.values(tag)[0];
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? formatName(value) : '';
  const groups = /** @type {Record<string, unknown>} */ (value);
  const names = [groups.Alphabetic, groups.Ideographic, groups.Phonetic]
    .filter((group) => typeof group === 'string' && group !== '')
    .map((group) => formatName(String(group)));
  return names.slice(0, 2).join(' · ');
}

/** @param {string} name five components separated by carets */
function formatName(name) {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = name.split('^').map((part) => part.trim());
  const rest = [prefix, given, middle].filter((part) => part !== '').join(' ');
  return [[family, rest].filter((part) => part !== '').join(', '), suffix].filter((part) => part !== '').join(' ');
}

/** @param {string} text YYYYMMDD, or the old YYYY.MM.DD @returns {string} YYYY-MM-DD, or the text as it is */
export function formatDate(text) {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text);
  return match ? `${match[1]}-${match[2]}-${match[3]}` : text;
}

/** @param {string} text HHMMSS.FFFFFF, shortened from the right @returns {string} HH:MM */
export function formatTime(text) {
  const match = /^(\d{2}):?(\d{2})/.exec(text);
  return match ? `${match[1]}:${match[2]}` : text;
}

/** @param {number} value @param {number} digits most digits behind the point */
export function formatNumber(value, digits = 2) {
  return String(Number(value.toFixed(digits)));
}
