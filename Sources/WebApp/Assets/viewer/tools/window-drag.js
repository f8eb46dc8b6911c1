/**
 * Changes a window by a drag: to the right wider, down a higher centre, which is darker. The step follows the window, so
 * that a narrow one is set finely and a wide one quickly.
 *
 * @typedef {import('../math/window.js').Window} Window
 */

/** Pixels of a drag that double a window, about. */
const PIXELS = 300;

/**
 * @param {Window} window
 * @param {number} dx pixels to the right
 * @param {number} dy pixels down
 * @param {number} least smallest width that shows anything: the distance of two values
 * @returns {Window}
 */
export function draggedWindow(window, dx, dy, least) {
  const step = Math.max(window.width, least * 16) / PIXELS;
  const width = Math.max(window.width + dx * step, least);
  return { center: window.center + dy * step, width, function: window.function };
}
