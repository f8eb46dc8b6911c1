import { Tag } from './tags.js';

/**
 * How long the frames of a multi-frame image last: the times the image tells (PS3.3 §C.7.6.5.1), or a rate.
 *
 * @typedef {{ milliseconds: number[], source: 'vector' | 'time' | 'rate' | 'none' }} Timing one for each frame
 */

/** Frames a second when the image does not tell. */
export const USUAL_RATE = 15;
/** Rates one can play at. */
export const SLOWEST_RATE = 1;
export const FASTEST_RATE = 60;

/**
 * @param {import('./data-set.js').DataSet} dataSet
 * @param {number} frames
 * @returns {Timing}
 */
export function timingOf(dataSet, frames) {
  const vector = dataSet.numbers(Tag.FrameTimeVector);
  if (vector.length >= 2 && vector.slice(1).every((time) => time > 0)) {
    // The first value is the time before the first frame; the last frame lasts as long as the one before it.
    const times = Array.from({ length: frames }, (_, index) => vector[index + 1] ?? vector[vector.length - 1] ?? 0);
    return { milliseconds: times, source: 'vector' };
  }
  const time = dataSet.number(Tag.FrameTime);
  if (time && time > 0) return { milliseconds: Array(frames).fill(time), source: 'time' };
  const rate = dataSet.number(Tag.RecommendedDisplayFrameRate) ?? dataSet.number(Tag.CineRate);
  if (rate && rate > 0) return { milliseconds: Array(frames).fill(1000 / rate), source: 'rate' };
  return { milliseconds: Array(frames).fill(1000 / USUAL_RATE), source: 'none' };
}

/** @param {Timing} timing @returns {number} frames a second, as played, within bounds */
export function rateOf({ milliseconds }) {
  const total = milliseconds.reduce((sum, time) => sum + time, 0);
  const rate = total > 0 ? (1000 * milliseconds.length) / total : USUAL_RATE;
  return Math.min(Math.max(Math.round(rate), SLOWEST_RATE), FASTEST_RATE);
}
