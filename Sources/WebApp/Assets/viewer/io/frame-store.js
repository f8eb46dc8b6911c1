/**
 * The pictures of frames: asked for in the order in which they are wished for, kept within a budget.
 *
 * Whoever shows frames owns a list of wishes, the one it shows first. What nobody wishes any more is not waited for:
 * its request is cancelled. A picture is kept under the key of the frame it was asked for and carries it.
 *
 * @typedef {{ key: string }} Wished
 * @typedef {{ key: string, bytes: number, dispose?: () => void }} Kept
 */

/**
 * @template {Wished} Frame
 * @template {Kept} Picture
 * @typedef {object} StoreParts
 * @property {(frame: Frame, signal: AbortSignal) => Promise<Picture>} load
 * @property {number} budget bytes
 * @property {(error: unknown) => boolean} [isPassing] whether asking again may help by itself
 * @property {(action: () => void, milliseconds: number) => unknown} [later]
 */

/** Requests at a time. */
export const CONCURRENCY = 6;
/** Of those, the ones for frames that nobody looks at yet; the others stay free for the one that is needed now. */
export const AHEAD = 4;
/** Longest wait before asking again, in milliseconds. */
const LONGEST_WAIT = 8000;
const FIRST_WAIT = 500;

/**
 * @template {Wished} Frame
 * @template {Kept} Picture
 */
export class FrameStore {
  /** @param {StoreParts<Frame, Picture>} parts */
  constructor({ load, budget, isPassing = () => false, later = (action, milliseconds) => setTimeout(action, milliseconds) }) {
    this.load = load;
    this.budget = budget;
    this.isPassing = isPassing;
    this.later = later;
    this.bytes = 0;
    /** @type {Map<object, { frames: Frame[], rank: number }>} */
    this.wishes = new Map();
    /**
     * Least recently used first.
     *
     * @type {Map<string, Picture>}
     */
    this.pictures = new Map();
    /** @type {Map<string, AbortController>} */
    this.running = new Map();
    /** @type {Map<string, { error: unknown, attempts: number, waiting: boolean }>} */
    this.failures = new Map();
    /** @type {Set<(key: string) => void>} */
    this.listeners = new Set();
    /** @type {Set<(picture: Picture) => void>} */
    this.dropListeners = new Set();
    this.closed = false;
  }

  /**
   * Replaces an owner's wishes.
   *
   * @param {object} owner
   * @param {Frame[]} frames the most urgent first
   * @param {number} rank added to the places of this list: what only decorates waits behind what is read
   */
  wish(owner, frames, rank = 0) {
    if (frames.length > 0) this.wishes.set(owner, { frames, rank });
    else this.wishes.delete(owner);
    const wanted = new Set([...this.wishes.values()].flatMap((wish) => wish.frames.map((frame) => frame.key)));
    for (const [key, controller] of this.running) {
      if (wanted.has(key)) continue;
      this.running.delete(key);
      controller.abort();
    }
    this.#work();
  }

  /** @param {string} key @returns {Picture | undefined} */
  picture(key) {
    const picture = this.pictures.get(key);
    if (picture) {
      this.pictures.delete(key);
      this.pictures.set(key, picture);
    }
    return picture;
  }

  /**
   * Why a frame cannot be had, and whether it is tried again by itself.
   *
   * @param {string} key
   */
  failure(key) {
    return this.failures.get(key);
  }

  /**
   * Tries again what failed.
   *
   * @param {string} [key] everything without one
   */
  retry(key) {
    for (const failed of key === undefined ? [...this.failures.keys()] : [key]) this.failures.delete(failed);
    this.#work();
  }

  /**
   * Tells of every frame whose picture or failure is new.
   *
   * @param {(key: string) => void} listener
   */
  onChange(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Tells of every picture that is no longer kept.
   *
   * @param {(picture: Picture) => void} listener
   */
  onDrop(listener) {
    this.dropListeners.add(listener);
  }

  /** Cancels everything and frees everything. */
  close() {
    this.closed = true;
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
    this.wishes.clear();
    this.listeners.clear();
    for (const key of [...this.pictures.keys()]) this.#drop(key);
    this.failures.clear();
    this.dropListeners.clear();
  }

  #work() {
    if (this.closed) return;
    while (this.running.size < CONCURRENCY) {
      const next = this.#next();
      if (!next || (next.place > 0 && (this.running.size >= AHEAD || this.#isAwaited()))) return;
      void this.#start(next.frame);
    }
  }

  /** Whether a frame that is looked at is on its way: nothing else begins meanwhile, on the wire or on the processor. */
  #isAwaited() {
    return [...this.wishes.values()].some(({ frames, rank }) => rank === 0 && this.running.has(frames[0]?.key ?? ''));
  }

  /** The most urgent frame that is neither there nor on its way. */
  #next() {
    /** @type {{ frame: Frame, place: number } | undefined} */
    let found;
    for (const { frames, rank } of this.wishes.values()) {
      const index = frames.findIndex(({ key }) => {
        return !this.pictures.has(key) && !this.running.has(key) && !this.failures.has(key);
      });
      const frame = frames[index];
      if (frame && (!found || index + rank < found.place)) found = { frame, place: index + rank };
    }
    return found;
  }

  /** @param {Frame} frame */
  async #start(frame) {
    const controller = new AbortController();
    const { key } = frame;
    this.running.set(key, controller);
    /** @type {Picture | undefined} */
    let picture;
    /** @type {unknown} */
    let failure;
    try {
      picture = await this.load(frame, controller.signal);
      if (picture.key !== key) throw new TypeError('the picture is of another frame');
    } catch (error) {
      failure = error;
    }
    if (this.running.get(key) !== controller) {
      // Nobody waits any more: a stale answer is dropped, whatever it is.
      picture?.dispose?.();
      return;
    }
    this.running.delete(key);
    if (picture && failure === undefined) {
      this.failures.delete(key);
      this.#keep(picture);
    } else {
      picture?.dispose?.();
      this.#fail(key, failure);
    }
    this.#tell(key);
    this.#work();
  }

  /** @param {string} key @param {unknown} error */
  #fail(key, error) {
    const attempts = (this.attempts.get(key) ?? 0) + 1;
    const waiting = this.isPassing(error);
    this.failures.set(key, { error, attempts, waiting });
    if (!waiting) return;
    this.attempts.set(key, attempts);
    this.later(() => {
      if (this.closed || !this.failures.get(key)?.waiting) return;
      this.failures.delete(key);
      this.#work();
    }, Math.min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT));
  }

  /**
   * Failed attempts in a row of frames that are tried again.
   *
   * @type {Map<string, number>}
   */
  attempts = new Map();

  /** @param {Picture} picture */
  #keep(picture) {
    this.attempts.delete(picture.key);
    this.#drop(picture.key);
    this.pictures.set(picture.key, picture);
    this.bytes += picture.bytes;
    const shown = new Set([...this.wishes.values()].map((wish) => wish.frames[0]?.key));
    for (const key of [...this.pictures.keys()]) {
      if (this.bytes <= this.budget) break;
      if (key !== picture.key && !shown.has(key)) this.#drop(key);
    }
  }

  /** @param {string} key */
  #drop(key) {
    const picture = this.pictures.get(key);
    if (!picture) return;
    this.pictures.delete(key);
    this.bytes -= picture.bytes;
    for (const listener of this.dropListeners) listener(picture);
    picture.dispose?.();
  }

  /** @param {string} key */
  #tell(key) {
    for (const listener of [...this.listeners]) listener(key);
  }
}
