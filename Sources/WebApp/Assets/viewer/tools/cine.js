/**
 * Plays a stack: says when the next frame is due. It never skips a frame that has not come; it waits for it.
 *
 * @typedef {object} CineParts
 * @property {(action: (now: number) => void) => number} request the browser's animation frame
 * @property {(id: number) => void} cancel
 * @property {() => boolean} isReady whether the frame that was asked for is drawn
 * @property {() => void} advance
 */

/** Milliseconds of a frame of which nothing is known. */
const USUAL = 66;

export class Cine {
  #id = 0;
  /** When the frame shown was due: not known before the first. */
  #since = NaN;
  /**
   * Milliseconds of each frame, by place.
   *
   * @type {number[]}
   */
  durations = [];
  /** How many times as fast as the durations say. */
  speed = 1;
  isPlaying = false;

  /** @param {CineParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** @param {() => number} place of the frame shown */
  play(place) {
    if (this.isPlaying) return;
    this.isPlaying = true;
    this.#since = NaN;
    const step = (/** @type {number} */ now) => {
      if (!this.isPlaying) return;
      this.#id = this.parts.request(step);
      if (Number.isNaN(this.#since)) this.#since = now;
      const duration = (this.durations[place()] ?? this.durations[0] ?? USUAL) / this.speed;
      const due = this.#since + duration;
      if (now < due || !this.parts.isReady()) return;
      // A little lateness is made up for, so that the rate holds; a wait is not.
      this.#since = now - due > duration ? now : due;
      this.parts.advance();
    };
    this.#id = this.parts.request(step);
  }

  pause() {
    this.isPlaying = false;
    this.parts.cancel(this.#id);
  }
}
