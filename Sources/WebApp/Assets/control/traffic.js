/** What went where: the answer of `/api/v1/traffic`, and sums of it. */

import { getJSON } from '/data/api.js';

/** @typedef {{ hour: string, instances: number, bytes?: number, studies?: number }} Hour */
/** @typedef {{ channel?: string, name: string, site: string, lastSeen: string, hours: Hour[] }} Source */
/** @typedef {{ name: string, lastSent: string, hours: Hour[] }} Sent */
/** @typedef {{ study: string, at: string, name: string, site: string }} Arrival */
/** @typedef {{ at: string, sources: Source[], destinations?: Sent[], recent: Arrival[], isPartial: boolean }} Traffic */
/** @typedef {{ instances: number, bytes: number, studies: number }} Volume */

const millisecondsOfHour = 3_600_000;

/** @param {AbortSignal} signal @returns {Promise<Traffic>} */
export function traffic(signal) {
  return getJSON('/api/v1/traffic', { signal });
}

/**
 * The sum of the last so many clock hours, the present one among them.
 *
 * @param {Hour[]} hours
 * @param {number} count
 * @param {string} at the server's present
 * @returns {Volume}
 */
export function volume(hours, count, at) {
  const first = (Math.floor(Date.parse(at) / millisecondsOfHour) - count + 1) * millisecondsOfHour;
  const sum = { instances: 0, bytes: 0, studies: 0 };
  for (const hour of hours) {
    if (Date.parse(hour.hour) < first) continue;
    sum.instances += hour.instances;
    sum.bytes += hour.bytes ?? 0;
    sum.studies += hour.studies ?? 0;
  }
  return sum;
}

/**
 * Instances of each of the last 24 clock hours, oldest first.
 *
 * @param {Hour[]} hours
 * @param {string} at
 * @returns {{ hour: Date, instances: number, bytes: number }[]}
 */
export function day(hours, at) {
  const last = Math.floor(Date.parse(at) / millisecondsOfHour);
  /** @type {Map<number, { instances: number, bytes: number }>} */
  const found = new Map();
  for (const hour of hours) {
    const place = Math.floor(Date.parse(hour.hour) / millisecondsOfHour);
    const sum = found.get(place) ?? { instances: 0, bytes: 0 };
    sum.instances += hour.instances;
    sum.bytes += hour.bytes ?? 0;
    found.set(place, sum);
  }
  return Array.from({ length: 24 }, (_, index) => {
    const place = last - 23 + index;
    return { hour: new Date(place * millisecondsOfHour), ...(found.get(place) ?? { instances: 0, bytes: 0 }) };
  });
}
