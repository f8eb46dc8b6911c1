import { PixelError } from '../image/frame-decoder.js';

/**
 * The workers that decode frames.
 *
 * @typedef {import('../image/frame-decoder.js').FrameEncoding} FrameEncoding
 * @typedef {import('../image/frame-decoder.js').Pixels} Pixels
 * @typedef {import('./decode-worker.js').BitmapPixels} BitmapPixels
 * @typedef {{ resolve: (pixels: Pixels | BitmapPixels) => void, reject: (error: Error) => void }} Waiting
 */

/** Most workers: decoding is short beside fetching. */
const MOST_WORKERS = 3;

export class Decoders {
  /** @param {() => Worker} make */
  constructor(make = () => new Worker(new URL('./decode-worker.js', import.meta.url), { type: 'module' })) {
    const count = Math.min(Math.max((navigator.hardwareConcurrency ?? 2) - 1, 1), MOST_WORKERS);
    /** @type {Map<number, Waiting>} */
    this.waiting = new Map();
    this.orders = 0;
    this.workers = Array.from({ length: count }, () => {
      const worker = make();
      worker.addEventListener('message', (event) => this.#answer(event.data));
      worker.addEventListener('error', () => this.#answerAll(new PixelError('notDecoded', 'worker')));
      return worker;
    });
  }

  /**
   * @param {ArrayBuffer} bytes given away
   * @param {FrameEncoding} encoding
   * @param {'native' | 'bigEndian' | 'jpeg'} decoding
   * @returns {Promise<Pixels | BitmapPixels>}
   */
  decode(bytes, encoding, decoding) {
    return new Promise((resolve, reject) => {
      this.orders += 1;
      const id = this.orders;
      this.waiting.set(id, { resolve, reject });
      this.workers[id % this.workers.length]?.postMessage({ id, bytes, encoding, decoding }, [bytes]);
    });
  }

  close() {
    for (const worker of this.workers) worker.terminate();
    this.workers = [];
    this.#answerAll(new DOMException('', 'AbortError'));
  }

  /** @param {{ id: number, pixels?: Pixels | BitmapPixels, code?: string, detail?: string }} message */
  #answer({ id, pixels, code, detail }) {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (pixels) waiting?.resolve(pixels);
    else waiting?.reject(new PixelError(code ?? 'notDecoded', detail));
  }

  /** @param {Error} error */
  #answerAll(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
