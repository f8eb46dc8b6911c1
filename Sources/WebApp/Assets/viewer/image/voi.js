import { placesOf } from '../dicom/functional-groups.js';
import { Tag } from '../dicom/tags.js';
import { isUsable, windowFunction } from '../math/window.js';

/**
 * A way of looking at a frame that it comes with: a window or a table (PS3.3 §C.11.2).
 *
 * @typedef {import('../math/window.js').Window} Window
 * @typedef {{ kind: 'window', window: Window, explanation: string }} WindowView
 * @typedef {{ kind: 'table', item: import('../dicom/data-set.js').DataSet, explanation: string }} TableView
 * @typedef {WindowView | TableView} ValuesView
 */

/**
 * Every view a frame comes with, tables before windows: a table carries what a window can only approximate.
 *
 * @param {import('../dicom/data-set.js').DataSet} dataSet
 * @param {number} frameNumber from 1
 * @returns {ValuesView[]}
 */
export function viewsOf(dataSet, frameNumber) {
  for (const place of placesOf(dataSet, frameNumber, Tag.FrameVOILUTSequence)) {
    const tables = place.items(Tag.VOILUTSequence).map((item) => {
      return /** @type {ValuesView} */ ({ kind: 'table', item, explanation: item.text(Tag.LUTExplanation) });
    });
    const found = [...tables, ...windowsOf(place)];
    if (found.length > 0) return found;
  }
  return [];
}

/** @param {import('../dicom/data-set.js').DataSet} place @returns {WindowView[]} */
function windowsOf(place) {
  const centers = place.numbers(Tag.WindowCenter);
  const widths = place.numbers(Tag.WindowWidth);
  const explanations = place.texts(Tag.WindowCenterWidthExplanation);
  const name = windowFunction(place.text(Tag.VOILUTFunction));
  /** @type {WindowView[]} */
  const found = [];
  centers.forEach((center, index) => {
    const window = { center, width: widths[index] ?? NaN, function: name };
    const known = found.some((other) => other.window.center === center && other.window.width === window.width);
    if (isUsable(window) && !known) found.push({ kind: 'window', window, explanation: explanations[index] ?? '' });
  });
  return found;
}

/**
 * Whether small values are displayed bright: what Presentation LUT Shape says, and without it what MONOCHROME1 means
 * (PS3.3 §C.11.6, §C.7.6.3.1.2). The two never add up.
 *
 * @param {import('../dicom/data-set.js').DataSet} dataSet
 */
export function isInverse(dataSet) {
  switch (dataSet.text(Tag.PresentationLUTShape).toUpperCase()) {
    case 'INVERSE':
      return true;
    case 'IDENTITY':
      return false;
    default:
      return dataSet.text(Tag.PhotometricInterpretation).toUpperCase() === 'MONOCHROME1';
  }
}

/**
 * Pixel Padding Value (0028,0120) to Pixel Padding Range Limit (0028,0121), sign as the samples'.
 *
 * @param {import('../dicom/data-set.js').DataSet} dataSet
 * @param {boolean} signed
 */
export function paddingOf(dataSet, signed) {
  const first = dataSet.number(Tag.PixelPaddingValue);
  if (first === undefined) return undefined;
  const limit = dataSet.number(Tag.PixelPaddingRangeLimit) ?? first;
  const [one, other] = [first, limit].map((value) => (signed ? (value << 16) >> 16 : value & 0xffff));
  return { from: Math.min(one ?? 0, other ?? 0), to: Math.max(one ?? 0, other ?? 0) };
}
