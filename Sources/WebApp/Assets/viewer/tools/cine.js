/**
 * Plays a stack: says when the next frame is due. It never skips a frame that has not come; it waits for it.
 *
 * @typedef {object} CineParts
 * @property {(action: (now: number) => void) => number} request the browser's animation frame
 * @property {(id: number) => void} cancel
 * @property {() => boolean} isReady whether the frame that was asked for is drawn
 * @property {() => void} advance
 */
export class Cine {
  #id = 0;
  #due = 0;
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
    this.#due = 0;
    const step = (/** @type {number} */ now) => {
      if (!this.isPlaying) return;
      this.#id = this.parts.request(step);
      const duration = (this.durations[place()] ?? this.durations[0] ?? 66) / this.speed;
      if (this.#due === 0) this.#due = now + duration;
      if (now < this.#due || !this.parts.isReady()) return;
      // What was missed by waiting is not made up for.
      this.#due = Math.max(this.#due + duration, now);
      this.parts.advance();
    };
    this.#id = this.parts.request(step);
  }

  pause() {
    this.isPlaying = false;
    this.parts.cancel(this.#id);
  }
}
