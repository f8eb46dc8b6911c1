/** Names, dates, ages and numbers as people read them. Pure, so that what a name looks like is decided in one place. */

import { locale, text } from '/text/catalogue.js';

/** @typedef {{ alphabetic?: string, ideographic?: string, phonetic?: string }} PersonName */

/**
 * One component group, `Family^Given^Middle^Prefix^Suffix` (PS3.5 §6.2.1.1), as it is read.
 *
 * @param {string | undefined} group
 * @param {boolean} [isAlphabetic]
 * @returns {string}
 */
export function nameGroup(group, isAlphabetic = true) {
  if (!group) return '';
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group.split('^').map((part) => part.trim());
  if (!isAlphabetic) return [family, given, middle].filter(Boolean).join(' ');
  const rest = [prefix, given, middle, suffix].filter(Boolean).join(' ');
  return [family, rest].filter(Boolean).join(', ');
}

/**
 * A name in the writing that stands first, and in its others.
 *
 * @param {PersonName} name
 * @returns {{ main: string, others: string[] }}
 */
export function personName(name) {
  const groups = [nameGroup(name.alphabetic), nameGroup(name.ideographic, false), nameGroup(name.phonetic, false)];
  const [main = '', ...others] = groups.filter(Boolean);
  return { main, others };
}

/**
 * Age at a day, in words short enough for a table; empty when either day is unknown.
 *
 * @param {string | undefined} birthDate `YYYY-MM-DD`
 * @param {string | undefined} day `YYYY-MM-DD`; today when left out.
 * @returns {string}
 */
export function age(birthDate, day = dayOf(new Date())) {
  if (!birthDate) return '';
  const [year, month, date] = birthDate.split('-').map(Number);
  const [thisYear, thisMonth, thisDate] = day.split('-').map(Number);
  const months =
    ((thisYear ?? 0) - (year ?? 0)) * 12 + (thisMonth ?? 0) - (month ?? 0) - ((thisDate ?? 0) < (date ?? 0) ? 1 : 0);
  if (months < 0) return '';
  return months < 24 ? text('list.months', { count: months }) : text('list.years', { count: Math.floor(months / 12) });
}

/** @returns {string} The local day of a moment, `YYYY-MM-DD`. */
export function dayOf(/** @type {Date} */ moment) {
  const digits = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${moment.getFullYear()}-${digits(moment.getMonth() + 1)}-${digits(moment.getDate())}`;
}

/**
 * How long ago a moment was while that is short, its day after.
 *
 * @param {string} moment RFC 3339
 * @param {Date} [now]
 * @returns {string}
 */
export function ago(moment, now = new Date()) {
  const date = new Date(moment);
  const minutes = Math.floor((now.getTime() - date.getTime()) / 60_000);
  if (minutes < 1) return text('list.justNow');
  if (minutes < 60) return text('list.minutesAgo', { count: minutes });
  if (minutes < 24 * 60) return text('list.hoursAgo', { count: Math.floor(minutes / 60) });
  return dayOf(date);
}

/** @returns {string} Such as “12.3 MB”. */
export function bytes(/** @type {number} */ count) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(locale, { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${units[unit]}`;
}
