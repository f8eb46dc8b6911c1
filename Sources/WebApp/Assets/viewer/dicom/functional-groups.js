import { Tag } from './tags.js';

/** @typedef {import('./data-set.js').DataSet} DataSet */

/**
 * The places where the attributes of a macro may stand for one frame, nearest first: its item of the Per-Frame
 * Functional Groups Sequence, the Shared Functional Groups Sequence, the data set itself (PS3.3 §C.7.6.16.1.1).
 *
 * @param {DataSet} dataSet
 * @param {number} frameNumber from 1
 * @param {string} sequence the macro's own sequence
 * @returns {DataSet[]}
 */
export function placesOf(dataSet, frameNumber, sequence) {
  const groups = [
    dataSet.item(Tag.PerFrameFunctionalGroupsSequence, frameNumber - 1),
    dataSet.item(Tag.SharedFunctionalGroupsSequence),
  ];
  const found = groups.map((group) => group?.item(sequence));
  return [...found.filter((item) => item !== undefined), dataSet].map((item) => /** @type {DataSet} */ (item));
}

/**
 * The first place that has an attribute.
 *
 * @param {DataSet} dataSet
 * @param {number} frameNumber from 1
 * @param {string} sequence
 * @param {string} tag
 * @returns {DataSet | undefined}
 */
export function placeOf(dataSet, frameNumber, sequence, tag) {
  return placesOf(dataSet, frameNumber, sequence).find((place) => place.values(tag).length > 0);
}
