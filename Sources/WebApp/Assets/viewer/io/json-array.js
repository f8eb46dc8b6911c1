/**
 * Takes the elements of a JSON array apart while its bytes arrive, so that the first instance of a long series can be
 * read before the last one has come.
 */
export class JSONArrayReader {
  #decoder = new TextDecoder();
  #rest = '';
  #position = 0;
  #depth = 0;
  #start = -1;
  #inText = false;
  #escaped = false;

  /**
   * @param {Uint8Array} bytes the next of them
   * @returns {unknown[]} the elements that they complete
   * @throws {SyntaxError}
   */
  read(bytes) {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    /** @type {unknown[]} */
    const found = [];
    const text = this.#rest;
    for (; this.#position < text.length; this.#position += 1) {
      const character = text.charCodeAt(this.#position);
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (character === 0x5c) this.#escaped = true;
        else if (character === 0x22) this.#inText = false;
        continue;
      }
      if (character === 0x22) {
        this.#inText = true;
      } else if (character === 0x7b || character === 0x5b) {
        this.#depth += 1;
        if (this.#depth === 2) this.#start = this.#position;
      } else if (character === 0x7d || character === 0x5d) {
        this.#depth -= 1;
        if (this.#depth === 1) {
          found.push(JSON.parse(text.slice(this.#start, this.#position + 1)));
          this.#start = -1;
        }
      }
    }
    const keep = this.#start < 0 ? text.length : this.#start;
    this.#rest = text.slice(keep);
    this.#position -= keep;
    if (this.#start >= 0) this.#start = 0;
    return found;
  }

  /** Whether the array has been read to its end. */
  get isComplete() {
    return this.#depth === 0 && this.#rest === '';
  }
}
