import { grayscaleOf } from '../image/grayscale.js';
import { windowOver } from '../math/window.js';

/**
 * How the values of a frame are looked at: what the frame comes with, until somebody chooses otherwise.
 *
 * @typedef {import('../dicom/instance.js').Frame} Frame
 * @typedef {import('../io/pictures.js').Picture} Picture
 * @typedef {import('../math/window.js').Window} Window
 * @typedef {import('../image/grayscale.js').Values} Values
 * @typedef {{ kind: 'own' } | { kind: 'ownWindow', index: number } | { kind: 'window', window: Window }} Choice
 */

/**
 * The values of interest of a frame.
 *
 * @param {Choice} choice
 * @param {Frame} frame
 * @param {Picture} picture
 * @param {Window | undefined} usual for frames that come with none
 * @returns {Values}
 */
export function valuesOf(choice, frame, picture, usual) {
  if (choice.kind === 'window') return { kind: 'window', window: choice.window };
  const { views } = frame;
  if (choice.kind === 'ownWindow') {
    const chosen = views[choice.index];
    if (chosen?.kind === 'window') return { kind: 'window', window: chosen.window };
  }
  if (views[0]?.kind === 'table' && picture.valuesTable) return { kind: 'table', table: picture.valuesTable };
  const own = views.find((view) => view.kind === 'window');
  if (own?.kind === 'window') return { kind: 'window', window: own.window };
  return { kind: 'window', window: usual ?? fullWindow(frame, picture) };
}

/**
 * All values a frame can have, for up to eight bits, or has.
 *
 * @param {Frame} frame @param {Picture} picture
 * @returns {Window}
 */
export function fullWindow(frame, picture) {
  const { pixels } = picture;
  const image = frame.instance.image;
  if (pixels.kind !== 'gray' || !image) return windowOver(0, 255);
  const { slope, intercept, table } = frame.modality;
  let { low, high } = pixels;
  if (!table && !image.floating && image.bitsStored <= 8) {
    low = image.signed ? -(2 ** (image.bitsStored - 1)) : 0;
    high = low + 2 ** image.bitsStored - 1;
  }
  const [one, other] = table ? [low, high] : [low * slope + intercept, high * slope + intercept];
  return windowOver(Math.min(one, other), Math.max(one, other));
}

/**
 * The window that a drag begins with, when a table is shown: the values the table spreads.
 *
 * @param {Values} values
 * @returns {Window}
 */
export function asWindow(values) {
  if (values.kind === 'window') return values.window;
  const { first, entries } = values.table;
  return windowOver(first, first + entries.length - 1);
}

/**
 * @param {Frame} frame @param {Picture} picture @param {Values} values
 * @param {boolean} inverted by the reader
 */
export function grayscaleFor(frame, picture, values, inverted) {
  if (picture.pixels.kind !== 'gray') return undefined;
  return grayscaleOf(frame.modality, values, frame.isInverse !== inverted);
}
