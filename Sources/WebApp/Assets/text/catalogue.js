/** Every word that a person sees. One file a chapter; keys begin with the chapter's name. */

import { controlText } from '/text/control.js';
import { listText } from '/text/list.js';
import { shellText } from '/text/shell.js';
import { sourcesText } from '/text/sources.js';
import { uploadText } from '/text/upload.js';
import { viewerText } from '/text/viewer.js';

const entries = { ...shellText, ...listText, ...uploadText, ...viewerText, ...controlText, ...sourcesText };

/** @typedef {keyof typeof entries} TextKey */
/** @typedef {Record<string, string | number>} TextValues */

/**
 * The text of a key, with `{name}` replaced by the value of that name.
 *
 * An entry may be a list of two for a number called `count`: for one, and for any other.
 *
 * @param {TextKey} key
 * @param {TextValues} [values]
 * @returns {string}
 */
export function text(key, values = {}) {
  /** @type {string | readonly string[]} */
  const entry = entries[key];
  const pattern = typeof entry === 'string' ? entry : entry[values.count === 1 ? 0 : 1] ?? '';
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? value.toLocaleString(locale) : value;
  });
}

/** The language of the words above; dates and numbers follow it. */
export const locale = 'en-GB';
