/** How the control room writes numbers and moments. */

import { locale, text } from '/text/catalogue.js';

const plain = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
const moment = new Intl.DateTimeFormat(locale, {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const shortMoment = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

const units = /** @type {const} */ (['B', 'kB', 'MB', 'GB', 'TB', 'PB']);

/** @param {number} value */
export function number(value) {
  return plain.format(value);
}

/**
 * In few characters.
 *
 * @param {number} value
 */
export function brief(value) {
  return value < 10_000 ? plain.format(Math.round(value)) : compact.format(value);
}

/**
 * Decimal units, as disks are sold.
 *
 * @param {number} value
 */
export function bytes(value) {
  let place = 0;
  let rest = value;
  while (rest >= 1000 && place < units.length - 1) {
    rest /= 1000;
    place += 1;
  }
  return `${rest.toLocaleString(locale, { maximumFractionDigits: rest < 10 && place > 0 ? 1 : 0 })} ${units[place]}`;
}

/**
 * Per second, for rates that are mostly small.
 *
 * @param {number} value
 */
export function rate(value) {
  return value.toLocaleString(locale, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** @param {string} at RFC 3339 */
export function when(at) {
  return moment.format(new Date(at));
}

/** @param {string} at RFC 3339 */
export function shortly(at) {
  return shortMoment.format(new Date(at));
}

/**
 * How long ago, or until when.
 *
 * @param {string} at RFC 3339
 * @param {number} [now]
 */
export function ago(at, now = Date.now()) {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 10) return text('control.now');
  if (size < 60) return relative.format(seconds, 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}

/**
 * A `<time>` that says how long ago, and exactly when in its title.
 *
 * @param {string} at
 */
export function agoElement(at) {
  const element = document.createElement('time');
  element.dateTime = at;
  element.title = when(at);
  element.textContent = ago(at);
  return element;
}

/**
 * Words of a list that somebody typed.
 *
 * @param {string} typed
 */
export function words(typed) {
  return typed.split(/[,;\n]/).map((word) => word.trim()).filter((word) => word !== '');
}
