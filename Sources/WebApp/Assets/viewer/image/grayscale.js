import { lookUp } from './lookup-table.js';
import { rampOf } from '../math/window.js';

/**
 * From a frame's values to displayed grey: modality rescale, values of interest, polarity in one step (PS3.4 §N.2).
 * The fragment shader of the WebGL renderer computes the same.
 *
 * @typedef {import('./lookup-table.js').LookupTable} LookupTable
 * @typedef {import('../math/window.js').Window} Window
 * @typedef {{ kind: 'window', window: Window } | { kind: 'table', table: LookupTable }} Values values of interest
 *
 * `ramp`: value × scale + offset, 0 for black to 1 for white. `step`: white where that is above 0. `sigmoid`: it is the
 * exponent. `table`: it is the input of the table.
 * @typedef {object} Grayscale
 * @property {'ramp' | 'step' | 'sigmoid' | 'table'} mode
 * @property {number} scale
 * @property {number} offset
 * @property {boolean} inverse whether small values are displayed bright
 * @property {LookupTable} [table]
 */

/**
 * @param {{ slope: number, intercept: number }} modality
 * @param {Values} values
 * @param {boolean} inverse
 * @returns {Grayscale}
 */
export function grayscaleOf({ slope, intercept }, values, inverse) {
  if (values.kind === 'table') return { mode: 'table', scale: slope, offset: intercept, inverse, table: values.table };
  const { window } = values;
  if (window.function === 'SIGMOID') {
    const scale = (-4 * slope) / window.width;
    return { mode: 'sigmoid', scale, offset: (-4 * (intercept - window.center)) / window.width, inverse };
  }
  const { lower, upper } = rampOf(window);
  if (upper <= lower) return { mode: 'step', scale: slope, offset: intercept - upper, inverse };
  const span = upper - lower;
  return { mode: 'ramp', scale: slope / span, offset: (intercept - lower) / span, inverse };
}

/**
 * The displayed level of a value, 0…255.
 *
 * @param {Grayscale} grayscale @param {number} value
 */
export function levelOf(grayscale, value) {
  const fraction = fractionOf(grayscale, value);
  return Math.floor((grayscale.inverse ? 1 - fraction : fraction) * 255 + 0.5);
}

/** @param {Grayscale} grayscale @param {number} value */
function fractionOf({ mode, scale, offset, table }, value) {
  const result = value * scale + offset;
  switch (mode) {
    case 'ramp':
      return Math.min(Math.max(result, 0), 1);
    case 'step':
      return result > 0 ? 1 : 0;
    case 'sigmoid':
      return 1 / (1 + Math.exp(result));
    default:
      return table ? lookUp(table, Math.round(result)) / largestOf(table) : 0;
  }
}

/** @type {WeakMap<LookupTable, number>} */
const largest = new WeakMap();

/**
 * What is displayed white: the largest value the table's entries may have, or do have.
 *
 * @param {LookupTable} table
 */
export function largestOf(table) {
  const known = largest.get(table);
  if (known !== undefined) return known;
  const value = table.entries.reduce((most, entry) => Math.max(most, entry), 2 ** table.bits - 1);
  largest.set(table, value);
  return value;
}
