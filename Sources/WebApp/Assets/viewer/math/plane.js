import { cross, dot, normalized } from './vector.js';

/**
 * Where an image lies in the patient (PS3.3 §C.7.6.2).
 *
 * @typedef {import('./vector.js').Vector} Vector
 * @typedef {object} Plane
 * @property {Vector} right direction in which columns increase
 * @property {Vector} down direction in which rows increase
 * @property {Vector} normal right × down
 * @property {Vector} position centre of the first pixel, in millimetres
 */

/** How far direction cosines may be from perpendicular: scanners round them. */
const SKEW = 1e-2;

/**
 * @param {number[]} orientation Image Orientation (Patient)
 * @param {number[]} position Image Position (Patient)
 * @returns {Plane | undefined} undefined when they describe no plane
 */
export function planeOf(orientation, position) {
  if (orientation.length !== 6 || position.length !== 3) return undefined;
  const [a, b, c, d, e, f] = /** @type {[number, number, number, number, number, number]} */ (orientation);
  const right = normalized([a, b, c]);
  const down = normalized([d, e, f]);
  if (!right || !down || Math.abs(dot(right, down)) > SKEW) return undefined;
  const normal = normalized(cross(right, down));
  if (!normal) return undefined;
  return { right, down, normal, position: /** @type {[number, number, number]} */ ([...position]) };
}

/**
 * How far along a stack's axis a plane lies, in millimetres, in the order in which stacks are read: head to feet,
 * front to back, right to left. It does not depend on which side an image is seen from.
 *
 * @param {Plane} plane
 * @param {Vector} normal the common normal of the stack
 */
export function depthOf(plane, normal) {
  return dot(plane.position, readingAxis(normal));
}

/**
 * The direction of a normal in which a stack is read.
 *
 * @param {Vector} normal
 * @returns {Vector}
 */
export function readingAxis(normal) {
  const [x, y, z] = normal.map(Math.abs);
  const along = z >= x && z >= y ? -normal[2] : y >= x ? normal[1] : normal[0];
  return along >= 0 ? normal : [-normal[0], -normal[1], -normal[2]];
}

/** The letters of a direction's parts, largest first, for people (PS3.3 §C.7.6.1.1.1). */
const LETTERS = /** @type {const} */ ([
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
]);

/** Parts of a direction smaller than this are not worth a letter. */
const SMALLEST_PART = 0.2;
/** Most letters of a direction. */
const MOST_LETTERS = 2;

/**
 * Names a direction: `L`, `PR`, at most two letters, the main one first.
 *
 * @param {Vector} direction
 */
export function orientationLetters(direction) {
  return direction
    .map((part, axis) => ({ size: Math.abs(part), letter: LETTERS[axis]?.[part >= 0 ? 0 : 1] ?? '' }))
    .filter((part) => part.size >= SMALLEST_PART)
    .sort((one, other) => other.size - one.size)
    .slice(0, MOST_LETTERS)
    .map((part) => part.letter)
    .join('');
}

const OPPOSITES = /** @type {Record<string, string>} */ ({ L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' });

/** @param {string} letters such as `PR` @returns {string} the opposite direction's letters */
export function oppositeLetters(letters) {
  return [...letters].map((letter) => OPPOSITES[letter] ?? letter).join('');
}
