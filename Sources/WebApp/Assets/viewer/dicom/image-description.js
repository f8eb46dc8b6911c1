import { Tag } from './tags.js';

/**
 * How the pixels of an instance are encoded: its Image Pixel module (PS3.3 §C.7.6.3).
 *
 * @typedef {object} ImageDescription
 * @property {number} rows
 * @property {number} columns
 * @property {number} samples per pixel: 1 or 3
 * @property {string} photometric Photometric Interpretation, in upper case
 * @property {boolean} planar whether the samples of a colour lie in planes of their own
 * @property {number} bitsAllocated
 * @property {number} bitsStored
 * @property {number} highBit
 * @property {boolean} signed
 * @property {boolean} floating
 * @property {boolean} inWords whether Pixel Data is OW, whose bytes big endian swaps even for eight-bit samples
 * @property {number} frames
 */

/** More pixels in a frame than any texture holds. */
const MAXIMUM_SIDE = 65535;

/**
 * @param {import('./data-set.js').DataSet} dataSet
 * @returns {ImageDescription | undefined} undefined for an instance without pixels, or with an Image Pixel module that
 *   makes no sense
 */
export function describeImage(dataSet) {
  const floating = dataSet.has(Tag.FloatPixelData) || dataSet.has(Tag.DoubleFloatPixelData);
  if (!floating && !dataSet.has(Tag.PixelData)) return undefined;
  const rows = dataSet.number(Tag.Rows);
  const columns = dataSet.number(Tag.Columns);
  const bitsAllocated = dataSet.number(Tag.BitsAllocated) ?? (dataSet.has(Tag.DoubleFloatPixelData) ? 64 : 32);
  const photometric = dataSet.text(Tag.PhotometricInterpretation).toUpperCase();
  if (!isSide(rows) || !isSide(columns) || ![1, 8, 16, 32, 64].includes(bitsAllocated)) return undefined;
  const bitsStored = floating ? bitsAllocated : dataSet.number(Tag.BitsStored) ?? bitsAllocated;
  const highBit = floating ? bitsAllocated - 1 : dataSet.number(Tag.HighBit) ?? bitsStored - 1;
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    return undefined;
  }
  return {
    rows,
    columns,
    samples: dataSet.number(Tag.SamplesPerPixel) ?? (isGray(photometric) || photometric === 'PALETTE COLOR' ? 1 : 3),
    photometric,
    planar: dataSet.number(Tag.PlanarConfiguration) === 1,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: dataSet.number(Tag.PixelRepresentation) === 1,
    floating,
    inWords: dataSet.json[Tag.PixelData]?.vr === 'OW',
    frames: Math.max(1, Math.floor(dataSet.number(Tag.NumberOfFrames) ?? 1)),
  };
}

/** @param {string} photometric */
export function isGray(photometric) {
  return photometric === 'MONOCHROME1' || photometric === 'MONOCHROME2' || photometric === '';
}

/** @param {number | undefined} side @returns {side is number} */
function isSide(side) {
  return side !== undefined && Number.isInteger(side) && side >= 1 && side <= MAXIMUM_SIDE;
}
