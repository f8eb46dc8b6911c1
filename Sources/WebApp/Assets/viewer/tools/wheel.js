/** From turns of a wheel to steps through a stack: a notch is a step, a touchpad's many small moves add up. */

/** A move of at least this many pixels is a notch of a wheel. */
const NOTCH = 50;
/** Pixels of a touchpad's moves for a step. */
const PIXELS_A_STEP = 24;

export class WheelSteps {
  #rest = 0;

  /**
   * @param {{ deltaY: number, deltaMode: number }} event
   * @returns {number} steps, below 0 for back
   */
  steps({ deltaY, deltaMode }) {
    if (deltaY === 0) return 0;
    if (deltaMode !== 0 || Math.abs(deltaY) >= NOTCH) {
      this.#rest = 0;
      return Math.sign(deltaY);
    }
    if (Math.sign(deltaY) !== Math.sign(this.#rest)) this.#rest = 0;
    this.#rest += deltaY;
    const steps = Math.trunc(this.#rest / PIXELS_A_STEP);
    this.#rest -= steps * PIXELS_A_STEP;
    return steps;
  }
}
