/**
 * A direction or a point in the patient coordinate system: x to the left, y to the back, z to the head, millimetres
 * (PS3.3 §C.7.6.2.1.1).
 *
 * @typedef {readonly [number, number, number]} Vector
 */

/** @param {Vector} a @param {Vector} b */
export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** @param {Vector} a @param {Vector} b @returns {Vector} */
export function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** @param {Vector} a */
export function lengthOf(a) {
  return Math.sqrt(dot(a, a));
}

/** @param {Vector} a @returns {Vector | undefined} undefined for a vector without a direction */
export function normalized(a) {
  const length = lengthOf(a);
  return length > 1e-9 ? [a[0] / length, a[1] / length, a[2] / length] : undefined;
}

/** @param {Vector} a @returns {Vector} */
export function negated(a) {
  return [-a[0], -a[1], -a[2]];
}
