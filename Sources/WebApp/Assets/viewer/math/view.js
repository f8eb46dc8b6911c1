/**
 * How an image is laid on a viewport: turned by quarters, mirrored, enlarged and moved. All lengths on the viewport are
 * device pixels; the image's unit is its own pixel, `aspect` times as high as wide when displayed.
 *
 * @typedef {object} View
 * @property {number} zoom viewport pixels per image column
 * @property {number} x where the image's centre is, right of the viewport's centre
 * @property {number} y and below it
 * @property {number} turns quarter turns clockwise, 0…3
 * @property {boolean} mirrored left to right, before it is turned
 *
 * @typedef {{ width: number, height: number }} Size
 * @typedef {{ columns: number, rows: number, aspect: number }} ImageSize aspect: height of a pixel by its width
 * @typedef {readonly [number, number, number, number, number, number]} Matrix a b c d e f, as CSS `matrix()`
 */

export const SMALLEST_ZOOM = 0.02;
export const LARGEST_ZOOM = 64;

/** @returns {View} */
export function initialView() {
  return { zoom: 1, x: 0, y: 0, turns: 0, mirrored: false };
}

/** @param {number} zoom */
export function clampZoom(zoom) {
  return Math.min(Math.max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM);
}

/**
 * The zoom at which the whole image fills as much of the viewport as it can.
 *
 * @param {ImageSize} image @param {Size} viewport @param {number} turns
 */
export function fittingZoom(image, viewport, turns) {
  const height = image.rows * image.aspect;
  const [w, h] = turns % 2 === 0 ? [image.columns, height] : [height, image.columns];
  return clampZoom(Math.min(viewport.width / w, viewport.height / h));
}

/**
 * From image pixels, counted from the upper left corner of the first, to viewport pixels from its upper left corner.
 *
 * @param {View} view @param {ImageSize} image @param {Size} viewport
 * @returns {Matrix}
 */
export function imageToViewport(view, image, viewport) {
  const [cos, sin] = quarter(view.turns);
  const flip = view.mirrored ? -1 : 1;
  const a = cos * view.zoom * flip;
  const b = sin * view.zoom * flip;
  const c = -sin * view.zoom * image.aspect;
  const d = cos * view.zoom * image.aspect;
  const [x, y] = [image.columns / 2, image.rows / 2];
  return [a, b, c, d, viewport.width / 2 + view.x - (a * x + c * y), viewport.height / 2 + view.y - (b * x + d * y)];
}

/** @param {Matrix} matrix @returns {Matrix} */
export function inverted([a, b, c, d, e, f]) {
  const determinant = a * d - b * c;
  return [
    d / determinant,
    -b / determinant,
    -c / determinant,
    a / determinant,
    (c * f - d * e) / determinant,
    (b * e - a * f) / determinant,
  ];
}

/** @param {Matrix} matrix @param {number} x @param {number} y @returns {[number, number]} */
export function applied([a, b, c, d, e, f], x, y) {
  return [a * x + c * y + e, b * x + d * y + f];
}

/**
 * Enlarges about a point of the viewport, which keeps its place.
 *
 * @param {View} view @param {number} factor
 * @param {number} x from the viewport's centre @param {number} y
 * @returns {View}
 */
export function zoomedAt(view, factor, x, y) {
  const zoom = clampZoom(view.zoom * factor);
  const actual = zoom / view.zoom;
  return { ...view, zoom, x: x - (x - view.x) * actual, y: y - (y - view.y) * actual };
}

/** @param {View} view @param {number} quarters clockwise @returns {View} */
export function turned(view, quarters) {
  const turns = (((view.turns + quarters) % 4) + 4) % 4;
  const [cos, sin] = quarter(((quarters % 4) + 4) % 4);
  return { ...view, turns, x: unsigned(cos * view.x - sin * view.y), y: unsigned(sin * view.x + cos * view.y) };
}

/**
 * Mirrors what is displayed left to right.
 *
 * @param {View} view @returns {View}
 */
export function mirroredAcross(view) {
  // A mirror in front of a turn is a mirror behind the opposite turn.
  return { ...view, mirrored: !view.mirrored, turns: (4 - view.turns) % 4, x: unsigned(-view.x) };
}

/**
 * Mirrors what is displayed top to bottom.
 *
 * @param {View} view @returns {View}
 */
export function mirroredDown(view) {
  return { ...view, mirrored: !view.mirrored, turns: (6 - view.turns) % 4, y: unsigned(-view.y) };
}

/**
 * The image's directions that point to the viewport's top, right, bottom and left: `right`, `down` or their opposites.
 *
 * @param {View} view
 * @returns {{ top: Edge, right: Edge, bottom: Edge, left: Edge }}
 * @typedef {{ axis: 'right' | 'down', sign: 1 | -1 }} Edge
 */
export function edges(view) {
  const flip = view.mirrored ? -1 : 1;
  // Clockwise, beginning with what points to the right of an image that is not turned.
  const around = /** @type {Edge[]} */ ([
    { axis: 'right', sign: flip },
    { axis: 'down', sign: 1 },
    { axis: 'right', sign: -flip },
    { axis: 'down', sign: -1 },
  ]);
  const at = (/** @type {number} */ index) => /** @type {Edge} */ (around[(((index - view.turns) % 4) + 4) % 4]);
  return { right: at(0), bottom: at(1), left: at(2), top: at(3) };
}

/** @param {number} turns @returns {[number, number]} cosine and sine */
function quarter(turns) {
  return /** @type {[number, number]} */ (
    [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ][turns] ?? [1, 0]
  );
}

/**
 * Without the minus of zero, which equality in tests and `Object.is` tell apart.
 *
 * @param {number} value
 */
function unsigned(value) {
  return value === 0 ? 0 : value;
}
