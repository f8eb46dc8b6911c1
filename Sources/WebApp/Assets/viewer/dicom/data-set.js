/**
 * A data set in the DICOM JSON Model (PS3.18 §F.2), read the way a viewer asks: by tag, forgiving what is absent.
 *
 * @typedef {{ vr: string, Value?: unknown[], InlineBinary?: string, BulkDataURI?: string }} JSONElement
 * @typedef {Record<string, JSONElement>} JSONDataSet
 */
export class DataSet {
  /** @param {JSONDataSet} json */
  constructor(json) {
    this.json = json;
  }

  /** @param {string} tag eight hexadecimal digits in upper case */
  has(tag) {
    return tag in this.json;
  }

  /** @param {string} tag @returns {unknown[]} */
  values(tag) {
    const values = this.json[tag]?.Value;
    return Array.isArray(values) ? values : [];
  }

  /** @param {string} tag @returns {string} the first value as text, '' when there is none */
  text(tag) {
    const value = this.values(tag)[0];
    return value === undefined || value === null || typeof value === 'object' ? '' : String(value).trim();
  }

  /** @param {string} tag @returns {string[]} */
  texts(tag) {
    return this.values(tag).map((value) => (value === null || typeof value === 'object' ? '' : String(value).trim()));
  }

  /** @param {string} tag @returns {number | undefined} the first value, when it is a finite number */
  number(tag) {
    return finite(this.values(tag)[0]);
  }

  /** @param {string} tag @returns {number[]} every value, or none when one of them is no number */
  numbers(tag) {
    const numbers = this.values(tag).map(finite);
    return numbers.some((number) => number === undefined) ? [] : /** @type {number[]} */ (numbers);
  }

  /** @param {string} tag @returns {DataSet[]} items of a sequence */
  items(tag) {
    return this.values(tag)
      .filter((item) => item !== null && typeof item === 'object')
      .map((item) => new DataSet(/** @type {JSONDataSet} */ (item)));
  }

  /** @param {string} tag @returns {DataSet | undefined} an item of a sequence, without touching the others */
  item(tag, index = 0) {
    const item = this.values(tag)[index];
    return item !== null && typeof item === 'object' ? new DataSet(/** @type {JSONDataSet} */ (item)) : undefined;
  }

  /** @param {string} tag @returns {Uint8Array | undefined} the bytes of a value that came with the metadata */
  inline(tag) {
    const text = this.json[tag]?.InlineBinary;
    if (typeof text !== 'string') return undefined;
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  }

  /** @param {string} tag @returns {string | undefined} where a value lies that did not come with the metadata */
  bulk(tag) {
    return this.json[tag]?.BulkDataURI;
  }
}

/** @param {unknown} value @returns {number | undefined} */
function finite(value) {
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
