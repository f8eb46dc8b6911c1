import { explain } from '/data/api.js';
import { text } from '/text/catalogue.js';
import { PixelError } from '../image/frame-decoder.js';

/** Texts of `PixelError`s. */
const KNOWN = /** @type {const} */ ({
  transferSyntax: 'viewer.error.transferSyntax',
  lookupTable: 'viewer.error.lookupTable',
  frameTooShort: 'viewer.error.frameTooShort',
  notDecoded: 'viewer.error.notDecoded',
  wrongSize: 'viewer.error.wrongSize',
  noPixels: 'viewer.error.noPixels',
});

/**
 * What a reader is told about a frame that cannot be shown.
 *
 * @param {{ error: unknown, waiting: boolean }} failure
 * @returns {string}
 */
export function explainFailure({ error, waiting }) {
  if (waiting) return text('viewer.error.network');
  if (error instanceof PixelError && Object.hasOwn(KNOWN, error.code)) {
    return text(KNOWN[/** @type {keyof typeof KNOWN} */ (error.code)], { detail: error.detail });
  }
  return error instanceof TypeError ? text('viewer.error.otherFrame') : explain(error);
}
