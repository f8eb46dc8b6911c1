/** Decodes frames off the page's thread. */

import { decodeNative, PixelError } from '../image/frame-decoder.js';
import { withColorSpace } from '../image/jpeg-color-space.js';

/**
 * @typedef {import('../image/frame-decoder.js').FrameEncoding} FrameEncoding
 * @typedef {import('../image/frame-decoder.js').Pixels} Pixels
 * @typedef {{ id: number, bytes: ArrayBuffer, encoding: FrameEncoding, decoding: 'native' | 'bigEndian' | 'jpeg' }} Order
 * @typedef {{ kind: 'bitmap', columns: number, rows: number, bitmap: ImageBitmap }} BitmapPixels
 */

addEventListener('message', async (event) => {
  const order = /** @type {Order} */ (event.data);
  try {
    const pixels = await decode(order);
    post({ id: order.id, pixels }, [partOf(pixels)]);
  } catch (error) {
    const failure = error instanceof PixelError ? error : new PixelError('notDecoded', String(error));
    post({ id: order.id, code: failure.code, detail: failure.detail }, []);
  }
});

/** @param {Order} order @returns {Promise<Pixels | BitmapPixels>} */
async function decode({ bytes, encoding, decoding }) {
  if (decoding !== 'jpeg') {
    return decodeNative(new Uint8Array(bytes), { ...encoding, bigEndian: decoding === 'bigEndian' });
  }
  const { description } = encoding;
  const stream = withColorSpace(new Uint8Array(bytes), description.photometric);
  const bitmap = await createImageBitmap(new Blob([stream], { type: 'image/jpeg' }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const { width: columns, height: rows } = bitmap;
  if (columns !== description.columns || rows !== description.rows) {
    bitmap.close();
    throw new PixelError('wrongSize', `${columns}×${rows}`);
  }
  if (description.samples !== 1) return { kind: 'bitmap', columns, rows, bitmap };
  // Grey values have to reach the window function as numbers.
  const data = readBack(bitmap);
  bitmap.close();
  const stored = Uint8Array.from({ length: columns * rows }, (_, index) => data[index * 4] ?? 0);
  return decodeNative(stored, { ...encoding, bigEndian: false, description: { ...description, bitsAllocated: 8,
    bitsStored: 8, highBit: 7, signed: false } });
}

/** @param {ImageBitmap} bitmap @returns {Uint8ClampedArray} */
function readBack(bitmap) {
  // TypeScript's library of this version does not know OffscreenCanvas.
  const Canvas = /** @type {{ OffscreenCanvas: new (width: number, height: number) => HTMLCanvasElement }} */ (
    /** @type {unknown} */ (self)).OffscreenCanvas;
  const context = /** @type {CanvasRenderingContext2D} */ (new Canvas(bitmap.width, bitmap.height).getContext('2d'));
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

/** @param {Pixels | BitmapPixels} pixels */
function partOf(pixels) {
  if (pixels.kind === 'gray') return pixels.values.buffer;
  return pixels.kind === 'color' ? pixels.rgba.buffer : pixels.bitmap;
}

/** @param {unknown} message @param {Transferable[]} moved */
function post(message, moved) {
  /** @type {{ postMessage(message: unknown, moved: Transferable[]): void }} */ (/** @type {unknown} */ (self))
    .postMessage(message, moved);
}
