import { readFileSync } from 'node:fs';

/** What pydicom and numpy make of the same input (golden.py). */
export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8'));

/** @param {string} text @returns {Uint8Array} */
export function bytesOf(text) {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
