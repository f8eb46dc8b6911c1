import { lookUp, makeTable } from './lookup-table.js';

/**
 * The three tables of a PALETTE COLOR image (PS3.3 §C.7.9).
 *
 * @typedef {import('./lookup-table.js').LookupTable} LookupTable
 * @typedef {{ red: LookupTable, green: LookupTable, blue: LookupTable }} Palette
 */

/**
 * @param {{ descriptor: number[], data: Uint8Array, segmented: boolean }[]} components red, green, blue
 * @param {boolean} signed
 * @returns {Palette | undefined}
 */
export function makePalette(components, signed) {
  const [red, green, blue] = components.map(({ descriptor, data, segmented }) =>
    makeTable(descriptor, signed, segmented ? expandSegments(data, descriptor) ?? [] : data),
  );
  return red && green && blue ? { red, green, blue } : undefined;
}

/**
 * The palette as bytes of red, green, blue and opacity for every stored bit pattern.
 *
 * @param {Palette} palette
 * @param {number} bits stored bits of an index
 * @param {boolean} signed
 */
export function paletteColors(palette, bits, signed) {
  const tables = [palette.red, palette.green, palette.blue];
  // Descriptors often say 16 bits over tables of eight-bit values, and the reverse; the values cannot be mistaken.
  const shift = tables.some((table) => table.entries.some((entry) => entry > 255)) ? 8 : 0;
  const count = 2 ** bits;
  const colors = new Uint8ClampedArray(count * 4);
  for (let pattern = 0; pattern < count; pattern += 1) {
    const index = signed && pattern >= count / 2 ? pattern - count : pattern;
    tables.forEach((table, component) => {
      colors[pattern * 4 + component] = lookUp(table, index) >> shift;
    });
    colors[pattern * 4 + 3] = 255;
  }
  return colors;
}

/**
 * Expands Segmented Palette Color Lookup Table Data (PS3.3 §C.7.9.2): discrete segments list values, linear ones lead
 * from the last value to their own, indirect ones repeat segments from a byte offset on.
 *
 * @param {Uint8Array} data
 * @param {number[]} descriptor
 * @returns {number[] | undefined}
 */
export function expandSegments(data, descriptor) {
  const [count = 0, , bits = 16] = descriptor;
  const limit = count === 0 ? 65536 : count;
  const bytes = bits <= 8;
  const units = bytes ? data : words(data);
  /** @type {number[]} */
  const values = [];

  /** @param {number} start @param {number} segments @param {boolean} nested @returns {boolean} */
  function expand(start, segments, nested) {
    let position = start;
    let expanded = 0;
    while (position + 1 < units.length && expanded < segments && values.length < limit) {
      const operation = units[position];
      const length = units[position + 1] ?? 0;
      position += 2;
      if (operation === 0) {
        if (position + length > units.length) return false;
        for (let index = 0; index < length; index += 1) values.push(units[position + index] ?? 0);
        position += length;
      } else if (operation === 1) {
        const last = values[values.length - 1];
        const target = units[position];
        if (last === undefined || target === undefined || length === 0) return false;
        for (let step = 1; step <= length; step += 1) values.push(roundEven(last + ((target - last) * step) / length));
        position += 1;
      } else if (operation === 2 && !nested) {
        const parts = bytes ? 4 : 2;
        if (position + parts > units.length) return false;
        let offset = 0;
        for (let part = parts - 1; part >= 0; part -= 1) {
          offset = offset * (bytes ? 256 : 65536) + (units[position + part] ?? 0);
        }
        if (!expand(bytes ? offset : offset / 2, length, true)) return false;
        position += parts;
      } else {
        return false;
      }
      expanded += 1;
    }
    return true;
  }
  return expand(0, Infinity, false) && values.length >= limit ? values.slice(0, limit) : undefined;
}

/** @param {Uint8Array} bytes */
function words(bytes) {
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, index) => {
    return (bytes[2 * index] ?? 0) | ((bytes[2 * index + 1] ?? 0) << 8);
  });
}

/**
 * Halves to even, so that a falling line mirrors a rising one.
 *
 * @param {number} value
 */
function roundEven(value) {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
