import { levelOf } from '../image/grayscale.js';
import { inverted } from '../math/view.js';

/**
 * Draws frames without WebGL2, or ones too large for it: slower, with the same window function, computed here.
 *
 * @typedef {import('./gl-renderer.js').Drawing} Drawing
 */
export class CanvasRenderer {
  /** The last frame drawn, as it is displayed: a viewport is drawn many times while it is moved. */
  #last = { key: '', canvas: document.createElement('canvas') };

  onRestored = () => {};

  canDraw() {
    return true;
  }

  /** @param {CanvasRenderingContext2D} target @param {Drawing} drawing */
  draw(target, drawing) {
    const { width, height } = target.canvas;
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.fillStyle = '#000';
    target.fillRect(0, 0, width, height);
    target.imageSmoothingEnabled = drawing.smoothing && drawing.zoom !== 1;
    target.imageSmoothingQuality = 'high';
    target.setTransform(...inverted(drawing.toImage));
    target.drawImage(this.#displayed(drawing), 0, 0);
    target.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** @param {string} key */
  forget(key) {
    if (this.#last.key.startsWith(`${key} `)) this.#last.key = '';
  }

  close() {
    this.#last.canvas.width = 0;
  }

  /** @param {Drawing} drawing @returns {HTMLCanvasElement} */
  #displayed({ picture, grayscale, inverse }) {
    const { pixels } = picture;
    const { table, ...numbers } = grayscale ?? {};
    const key = `${picture.key} ${JSON.stringify(numbers)} ${table?.first} ${inverse}`;
    const { canvas } = this.#last;
    if (this.#last.key === key) return canvas;
    this.#last.key = key;
    canvas.width = pixels.columns;
    canvas.height = pixels.rows;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    if (pixels.kind === 'bitmap') {
      context.drawImage(pixels.bitmap, 0, 0);
      if (!inverse) return canvas;
    }
    const image = pixels.kind === 'bitmap' ? context.getImageData(0, 0, pixels.columns, pixels.rows)
      : context.createImageData(pixels.columns, pixels.rows);
    if (pixels.kind === 'gray' && grayscale) {
      for (let index = 0; index < pixels.values.length; index += 1) {
        const level = levelOf(grayscale, /** @type {number} */ (pixels.values[index]));
        image.data.set([level, level, level, 255], index * 4);
      }
    } else {
      if (pixels.kind === 'color') image.data.set(pixels.rgba);
      if (inverse) for (let index = 0; index < image.data.length; index += 1) {
        if (index % 4 !== 3) image.data[index] = 255 - (image.data[index] ?? 0);
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }
}
