import { colorPixels } from './color-pixels.js';
import { grayPixels } from './gray-pixels.js';

/**
 * From the bytes of a frame to pixels that can be drawn. Pure: it runs in a worker and in tests.
 *
 * @typedef {import('../dicom/image-description.js').ImageDescription} ImageDescription
 * @typedef {import('./lookup-table.js').LookupTable} LookupTable
 *
 * What is known of a frame beside its bytes.
 * @typedef {object} FrameEncoding
 * @property {ImageDescription} description
 * @property {boolean} bigEndian
 * @property {LookupTable} [modalityTable] replaces stored values by those of the modality (PS3.3 §C.11.1)
 * @property {Uint8ClampedArray} [palette] colours by stored bit pattern, four bytes each
 * @property {{ from: number, to: number }} [padding] stored values that stand for "no image here"
 *
 * Values before the window: stored ones, or the modality's when it has a table.
 * @typedef {object} GrayPixels
 * @property {'gray'} kind
 * @property {number} columns
 * @property {number} rows
 * @property {Uint8Array | Int8Array | Uint16Array | Int16Array | Float32Array} values
 * @property {number} low smallest value that is no padding
 * @property {number} high
 *
 * @typedef {{ kind: 'color', columns: number, rows: number, rgba: Uint8ClampedArray }} ColorPixels
 * @typedef {GrayPixels | ColorPixels} Pixels
 */

/** A frame that cannot be shown, and why: a key of the catalogue. */
export class PixelError extends Error {
  /** @param {string} code @param {string} [detail] */
  constructor(code, detail = '') {
    super(`${code} ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * @param {Uint8Array} bytes one frame in native encoding
 * @param {FrameEncoding} encoding
 * @returns {Pixels}
 */
export function decodeNative(bytes, encoding) {
  const { description } = encoding;
  const needed = Math.ceil((description.rows * description.columns * bitsPerPixel(description)) / 8);
  if (bytes.length < needed) throw new PixelError('frameTooShort', `${bytes.length} < ${needed}`);
  const ordered = encoding.bigEndian ? swapped(bytes, description) : bytes;
  return description.samples === 1 ? grayPixels(ordered, encoding) : colorPixels(ordered, description);
}

/** @param {ImageDescription} description */
function bitsPerPixel({ samples, bitsAllocated, photometric }) {
  return photometric === 'YBR_FULL_422' ? 2 * bitsAllocated : samples * bitsAllocated;
}

/**
 * Bytes in little endian order.
 *
 * @param {Uint8Array} bytes @param {ImageDescription} description
 */
function swapped(bytes, { bitsAllocated, inWords }) {
  const unit = bitsAllocated > 8 ? bitsAllocated / 8 : inWords ? 2 : 1;
  if (unit === 1) return bytes;
  const result = new Uint8Array(bytes.length);
  const whole = bytes.length - (bytes.length % unit);
  for (let start = 0; start < whole; start += unit) {
    for (let index = 0; index < unit; index += 1) result[start + index] = bytes[start + unit - 1 - index] ?? 0;
  }
  return result;
}
