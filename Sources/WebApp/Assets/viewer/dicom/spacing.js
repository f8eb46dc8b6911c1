import { placeOf } from './functional-groups.js';
import { Tag } from './tags.js';

/**
 * The size of a pixel and where it is known from: measured in the patient, at the detector, which magnifies, or not.
 *
 * @typedef {'patient' | 'calibrated' | 'detector' | 'scanned' | 'region'} SpacingSource
 * @typedef {{ row: number, column: number, source: SpacingSource }} Spacing millimetres between rows and between columns
 */

/** Physical units of an ultrasound region: centimetres (PS3.3 §C.8.5.5.1.15). */
const CENTIMETRES = 3;

/** Modalities whose rays diverge: spacing at the detector is larger than in the patient. */
const PROJECTIONS = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX', 'RG']);

/**
 * @param {import('./data-set.js').DataSet} dataSet
 * @param {number} frameNumber from 1
 * @returns {Spacing | undefined}
 */
export function spacingOf(dataSet, frameNumber) {
  const place = placeOf(dataSet, frameNumber, Tag.PixelMeasuresSequence, Tag.PixelSpacing);
  const spacing = pair(place?.numbers(Tag.PixelSpacing));
  const detector = pair(dataSet.numbers(Tag.ImagerPixelSpacing));
  if (spacing && PROJECTIONS.has(dataSet.text(Tag.Modality))) {
    const calibrated = dataSet.has(Tag.PixelSpacingCalibrationType) || (detector && !isSame(spacing, detector));
    return { ...spacing, source: calibrated ? 'calibrated' : 'detector' };
  }
  if (spacing) return { ...spacing, source: 'patient' };
  if (detector) return { ...detector, source: 'detector' };
  const scanned = pair(dataSet.numbers(Tag.NominalScannedPixelSpacing));
  if (scanned) return { ...scanned, source: 'scanned' };
  return regionSpacing(dataSet);
}

/**
 * Of an ultrasound image with one calibrated region, or several that agree.
 *
 * @param {import('./data-set.js').DataSet} dataSet
 * @returns {Spacing | undefined}
 */
function regionSpacing(dataSet) {
  const found = dataSet
    .items(Tag.SequenceOfUltrasoundRegions)
    .filter((region) => {
      return [Tag.PhysicalUnitsXDirection, Tag.PhysicalUnitsYDirection].every((tag) => region.number(tag) === CENTIMETRES);
    })
    .map((region) => pair([region.number(Tag.PhysicalDeltaY), region.number(Tag.PhysicalDeltaX)]));
  const first = found[0];
  if (!first || found.some((other) => !other || !isSame(first, other))) return undefined;
  return { row: first.row * 10, column: first.column * 10, source: 'region' };
}

/**
 * How many times as high as wide a pixel is displayed.
 *
 * @param {import('./data-set.js').DataSet} dataSet
 * @param {Spacing | undefined} spacing
 */
export function aspectOf(dataSet, spacing) {
  if (spacing) return spacing.row / spacing.column;
  const ratio = pair(dataSet.numbers(Tag.PixelAspectRatio));
  return ratio ? ratio.row / ratio.column : 1;
}

/** @param {(number | undefined)[] | undefined} values rows first */
function pair(values) {
  const [row, column] = (values ?? []).map((value) => (value === undefined ? undefined : Math.abs(value)));
  return row && column ? { row, column } : undefined;
}

/** @param {{ row: number, column: number }} one @param {{ row: number, column: number }} other */
function isSame(one, other) {
  return [one.row - other.row, one.column - other.column].every((difference) => Math.abs(difference) < 1e-6);
}
