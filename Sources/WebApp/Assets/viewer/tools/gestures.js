/**
 * From pointers to what they mean: a drag with a button or one finger, two fingers that spread and move.
 *
 * @typedef {'primary' | 'middle' | 'secondary' | 'finger'} Drag
 * @typedef {object} GestureActions
 * @property {() => void} begin
 * @property {(drag: Drag, dx: number, dy: number, x: number, y: number) => void} drag x and y are where it began
 * @property {(factor: number, dx: number, dy: number, x: number, y: number) => void} pinch about a point
 * @property {(x: number, y: number) => void} hover
 * @property {() => void} leave
 * @property {(isDouble: boolean) => void} end
 *
 * @typedef {{ x: number, y: number }} Point
 */

/** Two taps within it are one action, in milliseconds and pixels. */
const DOUBLE_TIME = 350;
const DOUBLE_REACH = 24;

export class Gestures {
  /** @type {Map<number, Point>} */
  #points = new Map();
  /** @type {Drag} */
  #kind = 'primary';
  /** @type {Point} */
  #start = { x: 0, y: 0 };
  #moved = false;
  #lastTap = { time: -Infinity, x: 0, y: 0 };

  /** @param {HTMLElement} element @param {GestureActions} actions */
  constructor(element, actions) {
    this.element = element;
    this.actions = actions;
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#up(event));
    element.addEventListener('pointercancel', (event) => this.#up(event));
    element.addEventListener('pointerleave', () => actions.leave());
    element.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#points.size >= 2) return;
    this.element.setPointerCapture(event.pointerId);
    this.#points.set(event.pointerId, this.#place(event));
    if (this.#points.size > 1) return;
    this.#kind = event.pointerType === 'touch' ? 'finger' : kindOf(event);
    this.#start = this.#place(event);
    this.#moved = false;
    this.actions.begin();
    // A middle button would start the browser's own scrolling.
    if (event.button === 1) event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const here = this.#place(event);
    const before = this.#points.get(event.pointerId);
    if (!before) {
      this.actions.hover(here.x, here.y);
      return;
    }
    const other = [...this.#points].find(([id]) => id !== event.pointerId)?.[1];
    this.#points.set(event.pointerId, here);
    if (Math.hypot(here.x - this.#start.x, here.y - this.#start.y) > 3) this.#moved = true;
    if (!other) {
      this.actions.drag(this.#kind, here.x - before.x, here.y - before.y, this.#start.x, this.#start.y);
      return;
    }
    const factor = distance(here, other) / Math.max(distance(before, other), 1);
    const [x, y] = [(here.x + other.x) / 2, (here.y + other.y) / 2];
    this.actions.pinch(factor, (here.x - before.x) / 2, (here.y - before.y) / 2, x, y);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#points.delete(event.pointerId)) return;
    if (this.#points.size > 0) {
      this.#moved = true;
      return;
    }
    const here = this.#place(event);
    const last = this.#lastTap;
    const isTap = !this.#moved && event.type === 'pointerup' && (this.#kind === 'primary' || this.#kind === 'finger');
    const isDouble = isTap && event.timeStamp - last.time < DOUBLE_TIME && distance(here, last) < DOUBLE_REACH;
    this.#lastTap = isTap && !isDouble ? { time: event.timeStamp, ...here } : { time: -Infinity, x: 0, y: 0 };
    this.actions.end(isDouble);
  }

  /** @param {PointerEvent} event @returns {Point} */
  #place(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** @param {PointerEvent} event @returns {Drag} */
function kindOf(event) {
  if (event.button === 1 || (event.button === 0 && event.shiftKey)) return 'middle';
  return event.button === 2 || (event.button === 0 && event.ctrlKey) ? 'secondary' : 'primary';
}

/** @param {Point} one @param {Point} other */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
