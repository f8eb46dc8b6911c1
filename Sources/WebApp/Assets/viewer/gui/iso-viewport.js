import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';
import { rateOf, timingOf } from '../dicom/timing.js';
import { Tag } from '../dicom/tags.js';
import { formatNumber } from '../dicom/text.js';
import { PixelError } from '../image/frame-decoder.js';
import { playOrder, prefetchOrder } from '../io/prefetch.js';
import { scaleBarOf } from '../math/scale-bar.js';
import {
  applied, fittingZoom, imageToViewport, initialView, inverted, mirroredAcross, mirroredDown, turned, zoomedAt,
} from '../math/view.js';
import { Cine } from '../tools/cine.js';
import { Gestures } from '../tools/gestures.js';
import { WheelSteps } from '../tools/wheel.js';
import { draggedWindow } from '../tools/window-drag.js';
import { asWindow, fullWindow, grayscaleFor, valuesOf } from './display.js';
import { objectCard } from './object-card.js';
import { Overlay } from './overlay.js';
import { explainFailure } from './failures.js';

/**
 * One place where images are read. It shows the frame it was asked for or says that it does not: what is drawn carries
 * the SOP Instance UID and the number of its frame, and the text on it is of the same frame.
 *
 * @typedef {import('../dicom/stacks.js').Stack} Stack
 * @typedef {import('../dicom/stacks.js').ImageStack} ImageStack
 * @typedef {import('../dicom/instance.js').Frame} Frame
 * @typedef {import('../io/pictures.js').Picture} Picture
 * @typedef {import('./display.js').Choice} Choice
 * @typedef {'window' | 'zoom' | 'pan' | 'scroll'} Tool
 * @typedef {'empty' | 'loading' | 'preview' | 'source' | 'failed' | 'object'} State
 *
 * @typedef {object} Room what the viewports of a viewer share
 * @property {import('../io/frame-store.js').FrameStore<Frame, Picture>} store
 * @property {Renderer} renderer
 * @property {Renderer} fallback for images that the renderer cannot draw
 * @property {() => Tool} tool of the left button
 * @property {() => Tool} fingerTool
 * @property {() => number} prefetchBytes for this viewport
 * @property {(viewport: IsoViewport) => void} onActivate
 * @property {(viewport: IsoViewport) => void} onChange
 * @property {(viewport: IsoViewport) => void} onTags
 *
 * @typedef {Pick<import('./gl-renderer.js').GLRenderer, 'draw' | 'canDraw' | 'forget' | 'close' | 'onRestored'>} Renderer
 */

/** A step of the zoom keys and of the wheel. */
const ZOOM_STEP = 1.2;
/** Pixels of a drag that double the size. */
const ZOOM_PIXELS = 160;
/** Images passed over by a page key. */
const PAGE = 10;

export class IsoViewport extends HTMLElement {
  /** @type {Room | undefined} */
  room;
  /** @type {Stack | undefined} */
  stack;
  /** The frame that is asked for, by its place in the stack. */
  index = 0;
  /**
   * The frame that is drawn.
   *
   * @type {Frame | undefined}
   */
  drawn;
  view = initialView();
  /** Whether the image follows the size of the viewport. */
  isFitted = true;
  /** @type {Choice} */
  choice = { kind: 'own' };
  inverted = false;
  smoothing = true;
  /**
   * The window of a stack without one of its own.
   *
   * @type {import('../math/window.js').Window | undefined}
   */
  usual;
  /** @type {State} */
  state = 'empty';
  rate = 0;

  /** @type {1 | -1} */
  #direction = 1;
  #scheduled = 0;
  #wheel = new WheelSteps();
  #scrollRest = 0;
  /** @type {ResizeObserver | undefined} */
  #resizing;
  /** @type {(() => void) | undefined} */
  #unsubscribe;
  #overlay = new Overlay();
  #canvas = h('canvas', { class: 'image' });
  #message = h('div', { class: 'message' });
  #badge = h('p', { class: 'badge', role: 'status' });
  #count = h('span', { class: 'count' });
  #slider = h('input', { type: 'range', min: '1', 'aria-label': text('viewer.slider') });
  #scale = h('div', { class: 'scale' }, h('span', {}));
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d', { alpha: false }));
  #cine = new Cine({
    request: (action) => requestAnimationFrame(action),
    cancel: (id) => cancelAnimationFrame(id),
    isReady: () => this.drawn !== undefined && this.drawn.key === this.wanted?.key,
    advance: () => this.#advance(),
  });

  /** @param {Room} room */
  begin(room) {
    this.room = room;
    this.tabIndex = -1;
    this.append(
      this.#canvas, this.#overlay.element, this.#scale, this.#message,
      h('p', { class: 'clearance' }, text('viewer.clearance')), this.#badge,
      h('div', { class: 'place' }, this.#count, this.#slider));
    this.#unsubscribe = room.store.onChange((key) => {
      if (this.#frames.some((frame) => frame.key === key)) this.update();
    });
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(this);
    this.#slider.addEventListener('input', () => this.goTo(Number(this.#slider.value) - 1));
    this.addEventListener('pointerdown', () => room.onActivate(this), { capture: true });
    this.addEventListener('wheel', (event) => this.#turnWheel(event), { passive: false });
    new Gestures(this.#canvas, {
      begin: () => { this.#scrollRest = 0; },
      drag: (drag, dx, dy, x, y) => this.#drag(toolOf(drag, room), dx, dy, x, y),
      pinch: (factor, dx, dy, x, y) => {
        this.#zoomAt(factor, x, y);
        this.#pan(dx, dy);
      },
      hover: (x, y) => this.#probe(x, y),
      leave: () => { this.#overlay.value.textContent = ''; },
      end: (isDouble) => { if (isDouble) this.command(this.isFitted ? 'oneToOne' : 'fit'); },
    });
    this.update();
  }

  /** Frees everything; the viewport is not used again. */
  end() {
    this.#cine.pause();
    cancelAnimationFrame(this.#scheduled);
    this.#resizing?.disconnect();
    this.#unsubscribe?.();
    this.room?.store.wish(this, []);
    this.#canvas.width = 0;
    this.#canvas.height = 0;
    this.remove();
  }

  /** @returns {Frame[]} */
  get #frames() {
    return this.stack?.kind === 'images' ? this.stack.frames : [];
  }

  /** @returns {Frame | undefined} */
  get wanted() {
    return this.#frames[this.index];
  }

  get isPlaying() {
    return this.#cine.isPlaying;
  }

  /**
   * Whose attributes are asked for: of what is drawn.
   *
   * @returns {import('../dicom/instance.js').Instance | undefined}
   */
  get instance() {
    return this.stack?.kind === 'object' ? this.stack.instance : (this.drawn ?? this.wanted)?.instance;
  }

  /** @param {Stack | undefined} stack */
  open(stack) {
    this.#cine.pause();
    this.stack = stack;
    this.index = 0;
    this.drawn = undefined;
    this.choice = { kind: 'own' };
    this.inverted = false;
    this.usual = undefined;
    this.view = initialView();
    this.isFitted = true;
    this.#direction = 1;
    // Nothing of another series may stay under the name of this one.
    this.#blank();
    const first = this.#frames[0];
    if (first) {
      const timing = timingOf(first.dataSet, this.#frames.length);
      this.#cine.durations = timing.milliseconds;
      this.#cine.speed = 1;
      this.rate = rateOf(timing);
    }
    this.#wish();
    this.update();
  }

  /** @param {number} index */
  goTo(index) {
    const count = this.#frames.length;
    if (count === 0) return;
    const next = Math.min(Math.max(index, 0), count - 1);
    if (next === this.index) return;
    this.#direction = next > this.index ? 1 : -1;
    this.index = next;
    this.#wish();
    this.update();
  }

  play() {
    if (this.#frames.length < 2) return;
    this.#cine.play(() => this.index);
    this.#wish();
    this.update();
  }

  pause() {
    this.#cine.pause();
    this.update();
  }

  /** @param {number} rate frames a second */
  setRate(rate) {
    const total = this.#cine.durations.reduce((sum, time) => sum + time, 0);
    const own = total > 0 ? (1000 * this.#cine.durations.length) / total : rate;
    this.#cine.speed = rate / own;
    this.rate = rate;
    this.update();
  }

  /** @param {Choice} choice */
  choose(choice) {
    this.choice = choice;
    this.update();
  }

  /** @param {string} command @returns {boolean} whether it means something here */
  command(command) {
    switch (command) {
      case 'next': this.goTo(this.index + 1); break;
      case 'previous': this.goTo(this.index - 1); break;
      case 'pageNext': this.goTo(this.index + PAGE); break;
      case 'pagePrevious': this.goTo(this.index - PAGE); break;
      case 'first': this.goTo(0); break;
      case 'last': this.goTo(this.#frames.length - 1); break;
      case 'play': this.isPlaying ? this.pause() : this.play(); break;
      case 'invert': this.inverted = !this.inverted; break;
      case 'smooth': this.smoothing = !this.smoothing; break;
      case 'turn': this.#turn(turned(this.view, 1)); break;
      case 'turnBack': this.#turn(turned(this.view, -1)); break;
      case 'mirrorAcross': this.view = mirroredAcross(this.view); break;
      case 'mirrorDown': this.view = mirroredDown(this.view); break;
      case 'fit': this.isFitted = true; break;
      case 'oneToOne': this.#oneToOne(); break;
      case 'zoomIn': this.#zoom(ZOOM_STEP); break;
      case 'zoomOut': this.#zoom(1 / ZOOM_STEP); break;
      case 'reset':
        this.view = initialView();
        this.isFitted = true;
        this.inverted = false;
        this.choice = { kind: 'own' };
        break;
      default: return false;
    }
    this.update();
    return true;
  }

  /** Draws before the next frame of the display. */
  update() {
    if (this.#scheduled !== 0) return;
    this.#scheduled = requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.#draw();
    });
  }

  #advance() {
    this.#direction = 1;
    this.index = (this.index + 1) % Math.max(this.#frames.length, 1);
    this.#wish();
    this.#draw();
  }

  #wish() {
    const frames = this.#frames;
    const image = frames[0]?.instance.image;
    const store = this.room?.store;
    if (!store) return;
    if (!image) {
      store.wish(this, []);
      return;
    }
    const bytes = image.rows * image.columns * (image.samples === 1 ? Math.max(image.bitsAllocated / 8, 1) : 4);
    const limit = Math.max(Math.floor((this.room?.prefetchBytes() ?? 0) / bytes), 1);
    const order = this.isPlaying ? playOrder(this.index, frames.length, limit)
      : prefetchOrder(this.index, frames.length, this.#direction, limit);
    store.wish(this, order.map((place) => /** @type {Frame} */ (frames[place])));
  }

  #draw() {
    const { room, wanted } = this;
    if (!room) return;
    const picture = wanted && room.store.picture(wanted.key);
    const failure = wanted && !picture ? room.store.failure(wanted.key) : undefined;
    if (wanted && picture && isOf(picture, wanted)) {
      this.drawn = wanted;
      this.state = picture.quality;
    } else if (failure) {
      this.state = 'failed';
      // The last image must not stand for the one that cannot be shown.
      this.drawn = undefined;
    } else {
      this.state = this.stack?.kind === 'object' ? 'object' : wanted ? 'loading' : 'empty';
    }
    this.#paint();
    this.#say(failure);
    room.onChange(this);
  }

  /** Draws `drawn`, which while another frame is on its way is the one before. */
  #paint() {
    const { room, drawn } = this;
    const picture = drawn && room?.store.picture(drawn.key);
    if (!room || !drawn || !picture || this.stack?.kind !== 'images') {
      this.#blank();
      return;
    }
    const { image, viewport } = this.#sizes(drawn, picture);
    if (viewport.width === 0 || viewport.height === 0) return;
    if (this.isFitted) this.view = { ...this.view, x: 0, y: 0, zoom: fittingZoom(image, viewport, this.view.turns) };
    if (picture.pixels.kind === 'gray') this.usual ??= fullWindow(drawn, picture);
    const values = valuesOf(this.choice, drawn, picture, this.usual);
    const grayscale = grayscaleFor(drawn, picture, values, this.inverted);
    const matrix = imageToViewport(this.view, image, viewport);
    const renderer = room.renderer.canDraw(picture) ? room.renderer : room.fallback;
    renderer.draw(this.#context, {
      picture, grayscale, inverse: this.inverted, smoothing: this.smoothing, zoom: this.view.zoom,
      toImage: inverted(matrix),
    });
    const table = drawn.views[0];
    this.#overlay.show({
      frame: drawn, stack: this.stack, view: this.view, zoom: this.view.zoom * (image.columns / drawn.columns),
      values: grayscale && values, tableName: table?.kind === 'table' ? table.explanation : '', inverted: this.inverted,
    });
    this.#showScale(drawn, image, viewport);
    this.dataset.instance = picture.instance;
    this.dataset.frame = String(picture.number);
    this.dataset.drawnBy = renderer === room.fallback ? 'canvas' : 'webgl2';
    if (grayscale && values.kind === 'window') {
      this.dataset.window = `${values.window.center} ${values.window.width} ${values.window.function}`;
    } else {
      delete this.dataset.window;
    }
  }

  /** @param {{ error: unknown, waiting: boolean } | undefined} failure */
  #say(failure) {
    const { state, stack } = this;
    const frames = this.#frames;
    const place = String(this.index + 1);
    const isLossy = state === 'source' && this.drawn?.dataSet.text(Tag.LossyImageCompression) === '01';
    const name = isLossy ? 'lossy' : state;
    this.dataset.state = state;
    this.#badge.dataset.state = name;
    this.#badge.textContent = text(`viewer.state.${name}`, { number: place });
    this.#badge.title = name === 'preview' || name === 'source' || name === 'lossy' ? text(`viewer.state.${name}Why`) : '';
    this.#badge.hidden = state === 'empty';
    this.#count.textContent = frames.length > 0 ? text('viewer.slice', { number: place, count: String(frames.length) }) : '';
    this.dataset.index = place;
    this.dataset.count = String(frames.length);
    this.#slider.hidden = frames.length < 2;
    this.#slider.max = String(Math.max(frames.length, 1));
    this.#slider.value = place;
    this.#slider.setAttribute('aria-valuetext', this.#count.textContent);
    this.dataset.playing = String(this.isPlaying);
    if (state === 'failed' && failure) {
      this.#tell(`${failure.waiting}${String(failure.error)}`, () => [
        icon('warning'), h('p', {}, explainFailure(failure)),
        // What cannot be decoded will not be the next time.
        !(failure.error instanceof PixelError) && h('button', { class: 'button', type: 'button', onclick: () => this.room?.store.retry(this.wanted?.key) },
          icon('refresh'), text('viewer.retry')),
      ]);
    } else if (stack?.kind === 'object') {
      this.#tell(stack.id, () => objectCard(stack.instance, () => this.room?.onTags(this)));
    } else if (state === 'empty') {
      this.#tell('empty', () => [h('p', {}, text('viewer.emptyViewport'))]);
    } else {
      this.#tell('', () => []);
    }
  }

  /** @param {string} name of the message, so that it is not made again @param {() => (HTMLElement | false)[]} content */
  #tell(name, content) {
    this.#message.hidden = name === '';
    if (this.#message.dataset.name === name) return;
    this.#message.dataset.name = name;
    this.#message.replaceChildren(...content().flatMap((part) => (part === false ? [] : [part])));
  }

  #blank() {
    const { width, height } = this.#canvas;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, width, height);
    this.#overlay.show(undefined);
    this.#scale.hidden = true;
    delete this.dataset.instance;
    delete this.dataset.frame;
    delete this.dataset.window;
  }

  #resize() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.clientWidth * ratio), Math.round(this.clientHeight * ratio)];
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#draw();
  }

  /**
   * A preview may be smaller than the image it is of.
   *
   * @param {Frame} frame @param {Picture} picture
   */
  #sizes(frame, { pixels }) {
    const { columns, rows } = pixels;
    const aspect = frame.aspect * ((frame.rows / rows) / (frame.columns / columns));
    return { image: { columns, rows, aspect }, viewport: { width: this.#canvas.width, height: this.#canvas.height } };
  }

  /** @returns {{ frame: Frame, picture: Picture } | undefined} */
  get #drawnPicture() {
    const frame = this.drawn;
    const picture = frame && this.room?.store.picture(frame.key);
    return frame && picture ? { frame, picture } : undefined;
  }

  /** @param {import('../math/view.js').View} view */
  #turn(view) {
    this.view = view;
  }

  #oneToOne() {
    const shown = this.#drawnPicture;
    if (!shown) return;
    this.isFitted = false;
    const { image, viewport } = this.#sizes(shown.frame, shown.picture);
    // Image pixels on display pixels: the corner of the image may not lie within one.
    const centred = { ...this.view, zoom: 1, x: 0, y: 0 };
    const [, , , , x, y] = imageToViewport(centred, image, viewport);
    this.view = { ...centred, x: Math.round(x) - x, y: Math.round(y) - y };
  }

  /** @param {number} factor */
  #zoom(factor) {
    this.isFitted = false;
    this.view = zoomedAt(this.view, factor, 0, 0);
  }

  /** @param {number} factor @param {number} x in CSS pixels @param {number} y */
  #zoomAt(factor, x, y) {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = this.#canvas;
    this.isFitted = false;
    this.view = zoomedAt(this.view, factor, x * ratio - width / 2, y * ratio - height / 2);
    this.update();
  }

  /** @param {number} dx in CSS pixels @param {number} dy */
  #pan(dx, dy) {
    const ratio = window.devicePixelRatio || 1;
    this.isFitted = false;
    this.view = { ...this.view, x: this.view.x + dx * ratio, y: this.view.y + dy * ratio };
    this.update();
  }

  /** @param {Tool} tool @param {number} dx @param {number} dy @param {number} x @param {number} y */
  #drag(tool, dx, dy, x, y) {
    switch (tool) {
      case 'window': this.#dragWindow(dx, dy); break;
      case 'zoom': this.#zoomAt(2 ** (-dy / ZOOM_PIXELS), x, y); break;
      case 'pan': this.#pan(dx, dy); break;
      case 'scroll': this.#dragScroll(dy); break;
    }
  }

  /** @param {number} dx @param {number} dy */
  #dragWindow(dx, dy) {
    const shown = this.#drawnPicture;
    if (!shown || shown.picture.pixels.kind !== 'gray') return;
    const { frame, picture } = shown;
    const values = valuesOf(this.choice, frame, picture, this.usual);
    const least = picture.pixels.kind === 'gray' && picture.pixels.values instanceof Float32Array
      ? Math.abs(frame.modality.slope) * Math.max((picture.pixels.high - picture.pixels.low) / 4096, 1e-9)
      : Math.max(Math.abs(frame.modality.slope), 1e-9);
    this.choose({ kind: 'window', window: draggedWindow(asWindow(values), dx, dy, least) });
  }

  /** @param {number} dy */
  #dragScroll(dy) {
    const pixels = Math.max(this.clientHeight / Math.max(this.#frames.length, 1), 4);
    this.#scrollRest += dy / pixels;
    const steps = Math.trunc(this.#scrollRest);
    this.#scrollRest -= steps;
    this.goTo(this.index + steps);
  }

  /** @param {WheelEvent} event */
  #turnWheel(event) {
    event.preventDefault();
    this.room?.onActivate(this);
    if (event.ctrlKey) {
      const box = this.getBoundingClientRect();
      const factor = Math.abs(event.deltaY) >= 50 ? ZOOM_STEP ** -Math.sign(event.deltaY) : 2 ** (-event.deltaY / 100);
      this.#zoomAt(factor, event.clientX - box.left, event.clientY - box.top);
    } else {
      this.goTo(this.index + this.#wheel.steps(event));
    }
  }

  /**
   * Says the value under the pointer.
   *
   * @param {number} x in CSS pixels @param {number} y
   */
  #probe(x, y) {
    const shown = this.#drawnPicture;
    const ratio = window.devicePixelRatio || 1;
    let said = '';
    if (shown && shown.picture.pixels.kind === 'gray') {
      const { image, viewport } = this.#sizes(shown.frame, shown.picture);
      const matrix = inverted(imageToViewport(this.view, image, viewport));
      const [column, row] = applied(matrix, x * ratio, y * ratio).map(Math.floor);
      if (column !== undefined && row !== undefined && column >= 0 && row >= 0 && column < image.columns && row < image.rows) {
        const { slope, intercept, unit } = shown.frame.modality;
        const value = shown.picture.pixels.values[row * image.columns + column] * slope + intercept;
        said = text('viewer.value', { x: String(column), y: String(row), value: `${formatNumber(value)} ${unit}`.trim() });
      }
    }
    this.#overlay.value.textContent = said;
  }

  /** @param {Frame} frame @param {import('../math/view.js').ImageSize} image @param {import('../math/view.js').Size} viewport */
  #showScale(frame, image, viewport) {
    const { spacing } = frame;
    const across = this.view.turns % 2 === 0;
    const column = spacing && spacing.column * (frame.columns / image.columns);
    const bar = column ? scaleBarOf(column / this.view.zoom, (across ? viewport.height : viewport.height) / 4) : undefined;
    this.#scale.hidden = !bar;
    if (!bar) return;
    this.#scale.style.setProperty('height', `${bar.pixels / (window.devicePixelRatio || 1)}px`);
    const label = bar.length >= 10 ? text('viewer.scaleCentimetres', { length: bar.length / 10 })
      : text('viewer.scale', { length: bar.length });
    if (this.#scale.firstElementChild) this.#scale.firstElementChild.textContent = label;
  }
}

customElements.define('iso-viewport', IsoViewport);

/** @param {Picture} picture @param {Frame} frame */
function isOf(picture, frame) {
  return picture.key === frame.key && picture.instance === frame.instance.uid && picture.number === frame.number;
}

/** @param {import('../tools/gestures.js').Drag} drag @param {Room} room @returns {Tool} */
function toolOf(drag, room) {
  if (drag === 'middle') return 'pan';
  if (drag === 'secondary') return 'zoom';
  return drag === 'finger' ? room.fingerTool() : room.tool();
}
