/**
 * Usual windows by modality, in the order of the number keys. Only CT has values that mean the same everywhere.
 *
 * @typedef {{ name: PresetName, window: import('../math/window.js').Window }} Preset
 * @typedef {'lung' | 'softTissue' | 'bone' | 'brain' | 'abdomen' | 'liver' | 'mediastinum' | 'subdural' | 'stroke'
 *   | 'angiography'} PresetName
 */

/** @type {readonly [PresetName, number, number][]} name, centre, width in Hounsfield units */
const CT = [
  ['lung', -600, 1500],
  ['softTissue', 40, 400],
  ['bone', 500, 2000],
  ['brain', 40, 80],
  ['abdomen', 60, 350],
  ['mediastinum', 40, 350],
  ['liver', 80, 150],
  ['angiography', 250, 700],
  ['subdural', 75, 215],
  ['stroke', 32, 8],
];

/**
 * @param {string} modality
 * @param {string} unit of the values
 * @returns {Preset[]}
 */
export function presetsOf(modality, unit) {
  if (modality !== 'CT' || unit !== 'HU') return [];
  return CT.map(([name, center, width]) => ({ name, window: { center, width, function: 'LINEAR' } }));
}
