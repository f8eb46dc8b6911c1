import { placesOf } from '../dicom/functional-groups.js';
import { Tag } from '../dicom/tags.js';

/**
 * From stored values to values of the modality, such as Hounsfield units (PS3.3 §C.11.1).
 *
 * @typedef {object} Modality
 * @property {number} slope
 * @property {number} intercept
 * @property {string} unit '' when it is not known
 * @property {import('../dicom/data-set.js').DataSet} [table] item of the Modality LUT Sequence, which takes the place
 *   of slope and intercept
 */

/** Rescale Types that mean something to a reader (PS3.3 §C.11.1.1.2). */
const UNITS = /** @type {Record<string, string>} */ ({
  HU: 'HU',
  HU_MOD: 'HU',
  OD: 'OD',
  'Z_EFF': 'Z',
  ED: 'e⁻/ml',
  EDW: '',
});

/**
 * The table or rescale of one frame.
 *
 * @param {import('../dicom/data-set.js').DataSet} dataSet
 * @param {number} frameNumber from 1
 * @returns {Modality}
 */
export function modalityOf(dataSet, frameNumber) {
  for (const place of placesOf(dataSet, frameNumber, Tag.PixelValueTransformationSequence)) {
    const table = place.item(Tag.ModalityLUTSequence);
    if (table) return { slope: 1, intercept: 0, unit: UNITS[table.text(Tag.ModalityLUTType)] ?? '', table };
    const slope = place.number(Tag.RescaleSlope);
    const intercept = place.number(Tag.RescaleIntercept);
    // A slope of 0 would make every image black; it occurs where the attribute was left blank.
    if (slope && intercept !== undefined) {
      return { slope, intercept, unit: unitOf(dataSet, place.text(Tag.RescaleType)) };
    }
  }
  return { slope: 1, intercept: 0, unit: '' };
}

/** @param {import('../dicom/data-set.js').DataSet} dataSet @param {string} type */
function unitOf(dataSet, type) {
  if (type) return UNITS[type] ?? '';
  // CT Images have Hounsfield units unless they say otherwise.
  return dataSet.text(Tag.Modality) === 'CT' ? 'HU' : '';
}
