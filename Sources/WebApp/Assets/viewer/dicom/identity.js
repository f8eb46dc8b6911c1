import { formatDate, formatTime, personName } from './text.js';
import { Tag } from './tags.js';

/**
 * Whose image it is and of which examination, in lines for the corners of an image.
 *
 * @typedef {import('./data-set.js').DataSet} DataSet
 */

/** @param {DataSet} dataSet @returns {string[]} name, identity, birth and sex; empty lines left out */
export function patientLines(dataSet) {
  const birth = formatDate(dataSet.text(Tag.PatientBirthDate));
  const sex = dataSet.text(Tag.PatientSex);
  return kept([personName(dataSet), dataSet.text(Tag.PatientID), kept([birth, sex]).join('  ')]);
}

/** @param {DataSet} dataSet @returns {string[]} institution, study, series, when */
export function studyLines(dataSet) {
  const date = dataSet.text(Tag.AcquisitionDate) || dataSet.text(Tag.ContentDate) || dataSet.text(Tag.StudyDate);
  const time = dataSet.text(Tag.AcquisitionTime) || dataSet.text(Tag.ContentTime) || dataSet.text(Tag.StudyTime);
  return kept([
    dataSet.text(Tag.InstitutionName),
    dataSet.text(Tag.StudyDescription),
    dataSet.text(Tag.SeriesDescription),
    kept([formatDate(date), time ? formatTime(time) : '']).join('  '),
  ]);
}

/** @param {string[]} lines */
function kept(lines) {
  return lines.filter((line) => line !== '');
}
