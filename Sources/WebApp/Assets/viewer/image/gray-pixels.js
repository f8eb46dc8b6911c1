import { lookUp } from './lookup-table.js';

/**
 * @typedef {import('./frame-decoder.js').FrameEncoding} FrameEncoding
 * @typedef {import('./frame-decoder.js').GrayPixels} GrayPixels
 * @typedef {import('./frame-decoder.js').ColorPixels} ColorPixels
 * @typedef {import('../dicom/image-description.js').ImageDescription} ImageDescription
 */

/**
 * The pixels of a frame of one sample: grey, or coloured by a palette.
 *
 * @param {Uint8Array} bytes in little endian order
 * @param {FrameEncoding} encoding
 * @returns {GrayPixels | ColorPixels}
 */
export function grayPixels(bytes, { description, modalityTable, palette, padding }) {
  const { rows, columns } = description;
  const stored = storedValues(bytes, description);
  if (palette) return { kind: 'color', columns, rows, rgba: colored(stored, palette) };
  const values = modalityTable ? Uint16Array.from(stored, (value) => lookUp(modalityTable, value)) : stored;
  return { kind: 'gray', columns, rows, values, ...extent(values, stored, padding) };
}

/**
 * The stored values of a frame. Bits that are not part of a value, such as overlays in unused high bits, are masked
 * (PS3.5 §8.1.1).
 *
 * @param {Uint8Array} bytes
 * @param {ImageDescription} description
 */
export function storedValues(bytes, description) {
  const { bitsAllocated, bitsStored, highBit, signed, floating } = description;
  const count = description.rows * description.columns;
  const view = aligned(bytes, bitsAllocated >> 3 || 1);
  if (floating) {
    return bitsAllocated === 64
      ? Float32Array.from(new Float64Array(view.buffer, view.byteOffset, count))
      : new Float32Array(view.buffer, view.byteOffset, count);
  }
  switch (bitsAllocated) {
    case 1:
      return Uint8Array.from({ length: count }, (_, index) => ((view[index >> 3] ?? 0) >> (index & 7)) & 1);
    case 8:
      return narrowed(signed ? int8(view, count) : view.subarray(0, count), 8, bitsStored, highBit, signed);
    case 16: {
      const words = signed
        ? new Int16Array(view.buffer, view.byteOffset, count)
        : new Uint16Array(view.buffer, view.byteOffset, count);
      return narrowed(words, 16, bitsStored, highBit, signed);
    }
    case 32: {
      const long = signed
        ? new Int32Array(view.buffer, view.byteOffset, count)
        : new Uint32Array(view.buffer, view.byteOffset, count);
      return Float32Array.from(narrowed(long, 32, bitsStored, highBit, signed));
    }
    default: {
      const wide = signed
        ? new BigInt64Array(view.buffer, view.byteOffset, count)
        : new BigUint64Array(view.buffer, view.byteOffset, count);
      return Float32Array.from(wide, Number);
    }
  }
}

/**
 * Moves values down to their lowest bit and extends their sign, in place or, when the bytes are shared, in a copy.
 *
 * @template {Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array} Values
 * @param {Values} values
 * @param {number} allocated @param {number} stored @param {number} highBit @param {boolean} signed
 * @returns {Values}
 */
function narrowed(values, allocated, stored, highBit, signed) {
  if (stored === allocated) return values;
  const up = 32 - 1 - highBit;
  const down = 32 - stored;
  const result = /** @type {Values} */ (values.slice());
  for (let index = 0; index < result.length; index += 1) {
    const raised = /** @type {number} */ (result[index]) << up;
    result[index] = signed ? raised >> down : raised >>> down;
  }
  return result;
}

/** @param {Uint8Array} view @param {number} count */
function int8(view, count) {
  return new Int8Array(view.buffer, view.byteOffset, count);
}

/**
 * The same bytes at an address that typed arrays of `unit` bytes may begin at.
 *
 * @param {Uint8Array} bytes @param {number} unit
 */
function aligned(bytes, unit) {
  return bytes.byteOffset % unit === 0 ? bytes : bytes.slice();
}

/** @param {ArrayLike<number>} stored @param {Uint8ClampedArray} palette */
function colored(stored, palette) {
  const rgba = new Uint8ClampedArray(stored.length * 4);
  const patterns = palette.length / 4;
  for (let index = 0; index < stored.length; index += 1) {
    const value = stored[index] ?? 0;
    const entry = (value < 0 ? value + patterns : value) * 4;
    for (let part = 0; part < 4; part += 1) rgba[index * 4 + part] = palette[entry + part] ?? 0;
  }
  return rgba;
}

/**
 * The smallest and largest value of pixels that are no padding and are numbers.
 *
 * @param {ArrayLike<number>} values @param {ArrayLike<number>} stored
 * @param {{ from: number, to: number }} [padding]
 */
function extent(values, stored, padding) {
  let low = Infinity;
  let high = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const original = /** @type {number} */ (stored[index]);
    if (padding && original >= padding.from && original <= padding.to) continue;
    const value = /** @type {number} */ (values[index]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high && Number.isFinite(low) && Number.isFinite(high) ? { low, high } : { low: 0, high: 0 };
}
