/**
 * @typedef {import('../dicom/image-description.js').ImageDescription} ImageDescription
 * @typedef {import('./frame-decoder.js').ColorPixels} ColorPixels
 */

/**
 * The pixels of a frame of three samples, whatever their order and colour space, as red, green, blue and opacity.
 *
 * @param {Uint8Array} bytes in little endian order
 * @param {ImageDescription} description
 * @returns {ColorPixels}
 */
export function colorPixels(bytes, description) {
  const { rows, columns, photometric } = description;
  const count = rows * columns;
  const rgba = new Uint8ClampedArray(count * 4);
  if (photometric === 'YBR_FULL_422') {
    for (let pair = 0; pair < count >> 1; pair += 1) {
      const source = pair * 4;
      for (let pixel = 0; pixel < 2; pixel += 1) {
        const target = (pair * 2 + pixel) * 4;
        rgba[target] = bytes[source + pixel] ?? 0;
        rgba[target + 1] = bytes[source + 2] ?? 0;
        rgba[target + 2] = bytes[source + 3] ?? 0;
        rgba[target + 3] = 255;
      }
    }
  } else {
    interleave(bytes, description, rgba);
  }
  if (photometric.startsWith('YBR_FULL')) toRGB(rgba);
  return { kind: 'color', columns, rows, rgba };
}

/** @param {Uint8Array} bytes @param {ImageDescription} description @param {Uint8ClampedArray} rgba */
function interleave(bytes, { rows, columns, planar, bitsAllocated, bitsStored, highBit }, rgba) {
  const count = rows * columns;
  const [pixelStep, sampleStep] = planar ? [1, count] : [3, 1];
  const width = bitsAllocated >> 3;
  const full = 2 ** bitsStored - 1;
  const shift = highBit + 1 - bitsStored;
  for (let index = 0; index < count; index += 1) {
    for (let sample = 0; sample < 3; sample += 1) {
      const position = (index * pixelStep + sample * sampleStep) * width;
      let value = bytes[position] ?? 0;
      if (width === 2) value |= (bytes[position + 1] ?? 0) << 8;
      if (width === 4) value = new DataView(bytes.buffer, bytes.byteOffset + position).getUint32(0, true);
      value = (value >>> shift) % (full + 1);
      rgba[index * 4 + sample] = full === 255 ? value : Math.floor((value * 510 + full) / (full * 2));
    }
    rgba[index * 4 + 3] = 255;
  }
}

/**
 * From YBR_FULL (PS3.3 §C.7.6.3.1.2), with the coefficients of ITU-R BT.601 in 16-bit fixed point, rounded.
 *
 * @param {Uint8ClampedArray} rgba
 */
function toRGB(rgba) {
  for (let index = 0; index < rgba.length; index += 4) {
    const y = (/** @type {number} */ (rgba[index]) << 16) + 32768;
    const cb = /** @type {number} */ (rgba[index + 1]) - 128;
    const cr = /** @type {number} */ (rgba[index + 2]) - 128;
    rgba[index] = (y + 91881 * cr) >> 16;
    rgba[index + 1] = (y - 22554 * cb - 46802 * cr) >> 16;
    rgba[index + 2] = (y + 116130 * cb) >> 16;
  }
}
