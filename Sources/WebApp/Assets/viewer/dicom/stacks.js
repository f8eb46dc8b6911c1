import { depthOf } from '../math/plane.js';
import { dot } from '../math/vector.js';
import { Tag } from './tags.js';

/**
 * What a viewport shows at a time: frames in the order in which they are read, or one object without pixels.
 *
 * @typedef {import('./instance.js').Instance} Instance
 * @typedef {import('./instance.js').Frame} Frame
 * @typedef {'position' | 'number' | 'time'} Order position: along the common normal; number: Instance Number; time: the
 *   frames of one instance as they are stored
 * @typedef {'irregularGaps' | 'samePositions' | 'differentOrientations'} StackNote why a reader should be careful
 * @typedef {{ kind: 'images', id: string, frames: Frame[], order: Order, gap: number | undefined, notes: StackNote[] }}
 *   ImageStack gap: usual distance of neighbours in millimetres
 * @typedef {{ kind: 'object', id: string, instance: Instance }} ObjectEntry
 * @typedef {ImageStack | ObjectEntry} Stack
 */

/** How far normals of one stack may differ: the cosine of about 2.5 degrees. */
const PARALLEL = 0.999;
/** Positions closer than this are the same, in millimetres. */
const SAME_POSITION = 1e-3;
/** How far a gap may differ from the usual one, as a part of it. */
const IRREGULAR = 0.05;
/** Orientations in a series beyond which it is a turning acquisition and not a few stacks. */
const MOST_ORIENTATIONS = 6;

/**
 * Arranges the instances of a series.
 *
 * @param {Instance[]} instances
 * @returns {Stack[]}
 */
export function stacksOf(instances) {
  const ordered = [...instances].sort(byNumber);
  /** @type {Stack[]} */
  const stacks = [];
  /** @type {Instance[]} */
  const single = [];
  for (const instance of ordered) {
    if (!instance.image) stacks.push({ kind: 'object', id: instance.uid, instance });
    else if (instance.image.frames > 1) stacks.push(arranged(instance.frames, 'time'));
    else single.push(instance);
  }
  const slices = groups(single).map((group) => arranged(group.flatMap((instance) => instance.frames), 'number'));
  return [...slices, ...stacks];
}

/**
 * Groups single-frame instances that can be scrolled through together: of one size and orientation.
 *
 * @param {Instance[]} instances
 */
function groups(instances) {
  /** @type {{ instances: Instance[], size: string, normal: import('../math/vector.js').Vector | undefined }[]} */
  const found = [];
  for (const instance of instances) {
    const normal = instance.frames[0]?.plane?.normal;
    const size = `${instance.image?.rows}×${instance.image?.columns}`;
    const group = found.find((other) => {
      if (!normal || !other.normal) return normal === other.normal && other.size === size;
      return Math.abs(dot(normal, other.normal)) > PARALLEL && other.size === size;
    });
    if (group) group.instances.push(instance);
    else found.push({ instances: [instance], size, normal });
  }
  return found.length > MOST_ORIENTATIONS ? [instances] : found.map((group) => group.instances);
}

/**
 * @param {Frame[]} frames at least one, in the order to fall back to
 * @param {Order} fallback
 * @returns {ImageStack}
 */
function arranged(frames, fallback) {
  const id = frames[0]?.key ?? '';
  const planes = frames.map((frame) => frame.plane);
  const normal = planes[0]?.normal;
  const stack = /** @type {const} */ ({ kind: 'images', id, frames, order: fallback, gap: undefined });
  if (!normal || frames.length < 2) return { ...stack, notes: [] };
  if (planes.some((plane) => !plane || Math.abs(dot(plane.normal, normal)) < PARALLEL)) {
    return { ...stack, notes: ['differentOrientations'] };
  }
  const placed = frames
    .map((frame, index) => {
      return { frame, depth: depthOf(/** @type {import('../math/plane.js').Plane} */ (planes[index]), normal) };
    })
    .sort((one, other) => one.depth - other.depth);
  const gaps = placed.slice(1).map((place, index) => place.depth - (placed[index]?.depth ?? 0));
  // Several images at one place are phases, echoes or repetitions: their own numbering keeps them apart.
  if (gaps.some((gap) => gap < SAME_POSITION)) return { ...stack, notes: fallback === 'time' ? [] : ['samePositions'] };
  const usual = [...gaps].sort((one, other) => one - other)[gaps.length >> 1] ?? 0;
  const irregular = gaps.some((gap) => Math.abs(gap - usual) > IRREGULAR * usual);
  return {
    ...stack,
    frames: placed.map((place) => place.frame),
    order: 'position',
    gap: usual,
    notes: irregular ? ['irregularGaps'] : [],
  };
}

/** @param {Instance} one @param {Instance} other */
function byNumber(one, other) {
  const difference = (one.number ?? Infinity) - (other.number ?? Infinity);
  if (difference) return difference;
  const times = [one, other].map((instance) => {
    return instance.dataSet.text(Tag.AcquisitionTime) || instance.dataSet.text(Tag.ContentTime);
  });
  return (times[0] ?? '').localeCompare(times[1] ?? '') || one.uid.localeCompare(other.uid);
}
