import { fittingZoom, imageToViewport, initialView, inverted } from '../math/view.js';
import { grayscaleFor, valuesOf } from './display.js';

/**
 * Paints the small pictures of stacks, from the same pixels and by the same renderer as large ones, when nothing more
 * urgent is waited for.
 *
 * @typedef {import('../dicom/instance.js').Frame} Frame
 * @typedef {import('../io/pictures.js').Picture} Picture
 * @typedef {import('./iso-viewport.js').Room} Room
 */

/** Behind everything that a reader looks at or is about to. */
const RANK = 100_000;

export class Thumbnails {
  /** @type {Map<string, { frame: Frame, canvas: HTMLCanvasElement }>} */
  #waiting = new Map();

  /** @param {Pick<Room, 'store' | 'renderer' | 'fallback'>} room */
  constructor(room) {
    this.room = room;
    this.stop = room.store.onChange((key) => this.#paint(key));
  }

  /** @param {import('../dicom/stacks.js').ImageStack} stack @param {HTMLCanvasElement} canvas */
  add(stack, canvas) {
    const frame = stack.frames[stack.frames.length >> 1];
    if (!frame) return;
    this.#waiting.set(frame.key, { frame, canvas });
    this.#paint(frame.key);
  }

  close() {
    this.stop();
    this.#waiting.clear();
  }

  /** @param {string} key */
  #paint(key) {
    const { store } = this.room;
    const waiting = this.#waiting.get(key);
    const picture = waiting && store.picture(key);
    if (waiting && (picture || (store.failure(key) && !store.failure(key)?.waiting))) {
      this.#waiting.delete(key);
      if (picture) this.#draw(waiting.frame, picture, waiting.canvas);
    }
    store.wish(this, [...this.#waiting.values()].map(({ frame }) => frame), RANK);
  }

  /** @param {Frame} frame @param {Picture} picture @param {HTMLCanvasElement} canvas */
  #draw(frame, picture, canvas) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return;
    const { columns, rows } = picture.pixels;
    const image = { columns, rows, aspect: frame.aspect * ((frame.rows / rows) / (frame.columns / columns)) };
    const view = { ...initialView(), zoom: fittingZoom(image, canvas, 0) };
    const grayscale = grayscaleFor(frame, picture, valuesOf({ kind: 'own' }, frame, picture, undefined), false);
    const renderer = this.room.renderer.canDraw(picture) ? this.room.renderer : this.room.fallback;
    const toImage = inverted(imageToViewport(view, image, canvas));
    renderer.draw(context, { picture, grayscale, inverse: false, smoothing: true, zoom: view.zoom, toImage });
  }
}
