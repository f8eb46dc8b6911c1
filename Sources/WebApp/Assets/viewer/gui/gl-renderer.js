import { largestOf } from '../image/grayscale.js';
import { fragment, samplesFor, VERTEX } from './shaders.js';

/**
 * Draws frames by WebGL2: sixteen-bit values stay what they are until the window function in the fragment shader.
 *
 * @typedef {import('../io/pictures.js').Picture} Picture
 * @typedef {import('../image/grayscale.js').Grayscale} Grayscale
 * @typedef {import('../image/lookup-table.js').LookupTable} LookupTable
 *
 * @typedef {object} Drawing
 * @property {Picture} picture
 * @property {import('../math/view.js').Matrix} toImage from viewport pixels to image pixels
 * @property {number} zoom viewport pixels per image pixel
 * @property {Grayscale | undefined} grayscale undefined for colours
 * @property {boolean} inverse of colours
 * @property {boolean} smoothing whether values between pixels are interpolated
 *
 * @typedef {'usampler2D' | 'isampler2D' | 'sampler2D'} Sampler
 * @typedef {{ program: WebGLProgram, at: (name: string) => WebGLUniformLocation | null }} Program
 */

const MODES = /** @type {const} */ ({ ramp: 0, step: 1, sigmoid: 2, table: 3 });
/** Bytes of textures that are kept; what is shown always is. */
const TEXTURE_BUDGET = 192 * 1024 * 1024;
/** Tables that are kept: frames may each bring one. */
const MOST_TABLES = 8;

export class GLRenderer {
  /** @returns {GLRenderer | undefined} undefined when there is no WebGL2 */
  static make() {
    const canvas = document.createElement('canvas');
    const gl = canvas.getContext('webgl2', {
      alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: false,
    });
    return gl ? new GLRenderer(canvas, gl) : undefined;
  }

  /** @param {HTMLCanvasElement} canvas @param {WebGL2RenderingContext} gl */
  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.largestSide = /** @type {number} */ (gl.getParameter(gl.MAX_TEXTURE_SIZE));
    /** @type {Map<string, Program>} */
    this.programs = new Map();
    /**
     * Least recently used first.
     *
     * @type {Map<string, { texture: WebGLTexture, bytes: number }>}
     */
    this.textures = new Map();
    /** @type {Map<LookupTable, WebGLTexture>} */
    this.tables = new Map();
    this.bytes = 0;
    canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
    canvas.addEventListener('webglcontextrestored', () => this.#begin());
    /** Called when everything has to be drawn again. */
    this.onRestored = () => {};
  }

  #begin() {
    this.programs.clear();
    this.textures.clear();
    this.tables.clear();
    this.bytes = 0;
    this.onRestored();
  }

  /** @param {Picture} picture */
  canDraw({ pixels }) {
    return pixels.columns <= this.largestSide && pixels.rows <= this.largestSide && !this.gl.isContextLost();
  }

  /**
   * @param {CanvasRenderingContext2D} target filled
   * @param {Drawing} drawing
   */
  draw(target, drawing) {
    const { gl } = this;
    const { width, height } = target.canvas;
    if (this.canvas.width < width) this.canvas.width = width;
    if (this.canvas.height < height) this.canvas.height = height;
    const { pixels } = drawing.picture;
    const sampler = samplerOf(drawing.picture);
    const { program, at } = this.#program(sampler, pixels.kind !== 'gray');
    gl.useProgram(program);
    // Drawn into the upper left corner of a canvas that is as large as the largest viewport.
    gl.viewport(0, this.canvas.height - height, width, height);
    const [a, b, c, d, e, f] = drawing.toImage;
    gl.uniform2i(at('size'), pixels.columns, pixels.rows);
    gl.uniform2f(at('axisX'), a, b);
    gl.uniform2f(at('axisY'), c, d);
    gl.uniform2f(at('origin'), e, f);
    gl.uniform1f(at('viewportHeight'), this.canvas.height);
    gl.uniform1i(at('samples'), samplesFor(drawing.zoom));
    gl.uniform1i(at('smoothing'), drawing.smoothing ? 1 : 0);
    gl.uniform1i(at('image'), 0);
    gl.uniform1i(at('table'), 1);
    this.#setGrayscale(at, drawing);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#texture(drawing.picture));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.drawImage(this.canvas, 0, 0, width, height, 0, 0, width, height);
  }

  /** @param {Program['at']} at @param {Drawing} drawing */
  #setGrayscale(at, { grayscale, inverse }) {
    const { gl } = this;
    gl.uniform1i(at('inverse'), (grayscale?.inverse ?? inverse) ? 1 : 0);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.#table(grayscale?.table));
    if (!grayscale) return;
    gl.uniform1i(at('mode'), MODES[grayscale.mode]);
    gl.uniform1f(at('scale'), grayscale.scale);
    gl.uniform1f(at('offset'), grayscale.offset);
    if (!grayscale.table) return;
    gl.uniform1i(at('tableFirst'), grayscale.table.first);
    gl.uniform1i(at('tableCount'), grayscale.table.entries.length);
    gl.uniform1f(at('tableLargest'), largestOf(grayscale.table));
  }

  /**
   * Frees what is kept for a picture.
   *
   * @param {string} key
   */
  forget(key) {
    const kept = this.textures.get(key);
    if (!kept) return;
    this.textures.delete(key);
    this.bytes -= kept.bytes;
    this.gl.deleteTexture(kept.texture);
  }

  close() {
    this.onRestored = () => {};
    for (const key of [...this.textures.keys()]) this.forget(key);
    for (const table of this.tables.values()) this.gl.deleteTexture(table);
    for (const { program } of this.programs.values()) this.gl.deleteProgram(program);
    this.tables.clear();
    this.programs.clear();
    // Without this a browser keeps the context until it collects garbage, and it has few of them.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    this.canvas.width = 0;
    this.canvas.height = 0;
  }

  /** @param {Sampler} sampler @param {boolean} isColor @returns {Program} */
  #program(sampler, isColor) {
    const name = `${sampler} ${isColor}`;
    const known = this.programs.get(name);
    if (known) return known;
    const { gl } = this;
    const program = /** @type {WebGLProgram} */ (gl.createProgram());
    const sources = /** @type {const} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, fragment(sampler, isColor)]]);
    for (const [kind, source] of sources) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(`the program does not link: ${gl.getProgramInfoLog(program)}`);
    }
    /** @type {Map<string, WebGLUniformLocation | null>} */
    const places = new Map();
    const at = (/** @type {string} */ uniform) => {
      if (!places.has(uniform)) places.set(uniform, gl.getUniformLocation(program, uniform));
      return places.get(uniform) ?? null;
    };
    const made = { program, at };
    this.programs.set(name, made);
    return made;
  }

  /** @param {Picture} picture */
  #texture(picture) {
    const { key, pixels } = picture;
    const kept = this.textures.get(key);
    if (kept) {
      this.textures.delete(key);
      this.textures.set(key, kept);
      return kept.texture;
    }
    const { gl } = this;
    const texture = this.#emptyTexture();
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    const { columns, rows } = pixels;
    if (pixels.kind === 'bitmap') {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, columns, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels.bitmap);
    } else if (pixels.kind === 'color') {
      const bytes = new Uint8Array(pixels.rgba.buffer, pixels.rgba.byteOffset, pixels.rgba.byteLength);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, columns, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    } else {
      const [internal, format, type] = formatOf(gl, pixels.values);
      gl.texImage2D(gl.TEXTURE_2D, 0, internal, columns, rows, 0, format, type, pixels.values);
    }
    const bytes = picture.bytes;
    for (const [old] of this.textures) {
      if (this.bytes + bytes <= TEXTURE_BUDGET) break;
      this.forget(old);
    }
    this.textures.set(key, { texture, bytes });
    this.bytes += bytes;
    return texture;
  }

  /**
   * A table as a texture of 256 columns; one of a single entry where none is needed.
   *
   * @param {LookupTable} [table]
   */
  #table(table = NO_TABLE) {
    const known = this.tables.get(table);
    if (known) return known;
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE1);
    const texture = this.#emptyTexture();
    const rows = Math.ceil(table.entries.length / 256);
    const entries = new Uint16Array(rows * 256);
    entries.set(table.entries);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, 256, rows, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, entries);
    for (const [old, unused] of this.tables) {
      if (this.tables.size < MOST_TABLES) break;
      this.tables.delete(old);
      gl.deleteTexture(unused);
    }
    this.tables.set(table, texture);
    return texture;
  }

  #emptyTexture() {
    const { gl } = this;
    const texture = /** @type {WebGLTexture} */ (gl.createTexture());
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    return texture;
  }
}

/** @type {LookupTable} */
const NO_TABLE = { first: 0, entries: new Uint16Array(1), bits: 16 };

/** @param {Picture} picture @returns {Sampler} */
function samplerOf({ pixels }) {
  if (pixels.kind !== 'gray' || pixels.values instanceof Float32Array) return 'sampler2D';
  return pixels.values instanceof Int8Array || pixels.values instanceof Int16Array ? 'isampler2D' : 'usampler2D';
}

/** @param {WebGL2RenderingContext} gl @param {ArrayBufferView} values @returns {[number, number, number]} */
function formatOf(gl, values) {
  if (values instanceof Uint8Array) return [gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE];
  if (values instanceof Int8Array) return [gl.R8I, gl.RED_INTEGER, gl.BYTE];
  if (values instanceof Uint16Array) return [gl.R16UI, gl.RED_INTEGER, gl.UNSIGNED_SHORT];
  if (values instanceof Int16Array) return [gl.R16I, gl.RED_INTEGER, gl.SHORT];
  return [gl.R32F, gl.RED, gl.FLOAT];
}
