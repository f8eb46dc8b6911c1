/**
 * A window: the part of the modality values that is spread over the displayed grey levels (PS3.3 §C.11.2.1.2).
 *
 * @typedef {'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'} WindowFunction
 * @typedef {{ center: number, width: number, function: WindowFunction }} Window
 */

/** @param {string} text VOI LUT Function (0028,1056) @returns {WindowFunction} */
export function windowFunction(text) {
  const name = text.toUpperCase();
  return name === 'LINEAR_EXACT' || name === 'SIGMOID' ? name : 'LINEAR';
}

/** @param {Window} window */
export function isUsable(window) {
  return Number.isFinite(window.center) && Number.isFinite(window.width) && window.width > 0;
}

/**
 * Where a linear window begins and ends: black up to and including `lower`, white beyond `upper`. A LINEAR window
 * narrower than 1, which the standard forbids but finely scaled values carry, is taken as LINEAR_EXACT.
 *
 * @param {Window} window
 * @returns {{ lower: number, upper: number }}
 */
export function rampOf({ center, width, function: name }) {
  if (name === 'LINEAR' && width >= 1) {
    return { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 };
  }
  return { lower: center - width / 2, upper: center + width / 2 };
}

/**
 * The window that spreads values from `low` to `high` over all grey levels.
 *
 * @param {number} low @param {number} high
 * @returns {Window}
 */
export function windowOver(low, high) {
  if (high > low) return { center: (low + high) / 2, width: high - low, function: 'LINEAR_EXACT' };
  return { center: low, width: 1, function: 'LINEAR_EXACT' };
}

/**
 * The displayed level of a modality value, 0 for black to 1 for white.
 *
 * @param {Window} window @param {number} value
 */
export function fractionOf(window, value) {
  if (window.function === 'SIGMOID') return 1 / (1 + Math.exp((-4 * (value - window.center)) / window.width));
  const { lower, upper } = rampOf(window);
  if (value > upper) return 1;
  if (value > lower) return (value - lower) / (upper - lower);
  return 0;
}
