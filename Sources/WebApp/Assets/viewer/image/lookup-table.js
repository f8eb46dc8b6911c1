/**
 * A table of values by consecutive inputs: LUT Descriptor (0028,3002) and LUT Data (0028,3006) or their palette
 * counterparts (PS3.3 §C.11.1.1, §C.7.6.3.1.5). Inputs before the first and after the last entry take its value.
 *
 * @typedef {object} LookupTable
 * @property {number} first the input that the first entry is for
 * @property {Uint16Array} entries
 * @property {number} bits significant bits of an entry, as described: 1…16
 */

const MAXIMUM_ENTRIES = 65536;

/**
 * @param {number[]} descriptor its three values
 * @param {boolean} signed whether inputs can be negative; the second value is then signed whatever its VR says
 * @returns {{ count: number, first: number, bits: number } | undefined}
 */
export function describeTable(descriptor, signed) {
  if (descriptor.length < 3) return undefined;
  const [entries = 0, mapped = 0, depth = 16] = descriptor;
  // 0 stands for 65536, which does not fit 16 bits.
  const count = (entries & 0xffff) === 0 ? MAXIMUM_ENTRIES : entries & 0xffff;
  const first = signed || mapped < 0 ? ((mapped & 0xffff) << 16) >> 16 : mapped & 0xffff;
  return { count, first, bits: depth >= 1 && depth <= 16 ? depth : 16 };
}

/**
 * @param {number[]} descriptor
 * @param {boolean} signed
 * @param {Uint8Array | number[]} data bytes in little endian order, or values that came as numbers
 * @returns {LookupTable | undefined} undefined when the data do not fill the table
 */
export function makeTable(descriptor, signed, data) {
  const described = describeTable(descriptor, signed);
  if (!described) return undefined;
  const { count, first, bits } = described;
  let entries;
  if (!(data instanceof Uint8Array)) {
    // Tables of eight-bit entries packed two in a word are told by their number.
    entries = data.length >= count ? Uint16Array.from(data.slice(0, count)) : unpacked(wordsToBytes(data), count, bits);
  } else if (data.length >= 2 * count) {
    entries = new Uint16Array(count);
    for (let index = 0; index < count; index += 1) {
      entries[index] = /** @type {number} */ (data[2 * index]) | (/** @type {number} */ (data[2 * index + 1]) << 8);
    }
  } else {
    entries = unpacked(data, count, bits);
  }
  return entries && { first, entries, bits };
}

/** @param {Uint8Array} bytes @param {number} count @param {number} bits */
function unpacked(bytes, count, bits) {
  return bits <= 8 && bytes.length >= count ? Uint16Array.from(bytes.subarray(0, count)) : undefined;
}

/** @param {number[]} words */
function wordsToBytes(words) {
  return Uint8Array.from(words.flatMap((word) => [word & 0xff, (word >> 8) & 0xff]));
}

/** @param {LookupTable} table @param {number} input */
export function lookUp(table, input) {
  const index = Math.min(Math.max(input - table.first, 0), table.entries.length - 1);
  return /** @type {number} */ (table.entries[index]);
}
