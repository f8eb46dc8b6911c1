import { aspectOf, spacingOf } from './spacing.js';
import { describeImage, isGray } from './image-description.js';
import { modalityOf } from '../image/modality.js';
import { isInverse, viewsOf } from '../image/voi.js';
import { planeOf } from '../math/plane.js';
import { placeOf } from './functional-groups.js';
import { Tag } from './tags.js';

/** @typedef {import('./data-set.js').DataSet} DataSet */

/** One stored object of a series. */
export class Instance {
  /** @param {DataSet} dataSet */
  constructor(dataSet) {
    this.dataSet = dataSet;
    this.uid = dataSet.text(Tag.SOPInstanceUID);
    this.series = dataSet.text(Tag.SeriesInstanceUID);
    this.study = dataSet.text(Tag.StudyInstanceUID);
    this.sopClass = dataSet.text(Tag.SOPClassUID);
    this.number = dataSet.number(Tag.InstanceNumber);
    /** Undefined for an object without pixels. */
    this.image = describeImage(dataSet);
  }

  /** @returns {Frame[]} */
  get frames() {
    return Array.from({ length: this.image?.frames ?? 0 }, (_, index) => new Frame(this, index + 1));
  }
}

/** One frame of an instance: what is drawn, and everything that belongs to it and to no other. */
export class Frame {
  /** @param {Instance} instance @param {number} number from 1 */
  constructor(instance, number) {
    this.instance = instance;
    this.number = number;
    /** The name under which pixels are asked for, kept and drawn. */
    this.key = `${instance.uid}/${number}`;
  }

  get dataSet() {
    return this.instance.dataSet;
  }

  get rows() {
    return this.instance.image?.rows ?? 1;
  }

  get columns() {
    return this.instance.image?.columns ?? 1;
  }

  /** @returns {import('../math/plane.js').Plane | undefined} */
  get plane() {
    const orientation = placeOf(this.dataSet, this.number, Tag.PlaneOrientationSequence, Tag.ImageOrientationPatient);
    const position = placeOf(this.dataSet, this.number, Tag.PlanePositionSequence, Tag.ImagePositionPatient);
    if (!orientation || !position) return undefined;
    return planeOf(orientation.numbers(Tag.ImageOrientationPatient), position.numbers(Tag.ImagePositionPatient));
  }

  /** The directions of rows and columns as the data set spells them, for images without a plane (PS3.3 §C.7.6.1.1.1). */
  get patientOrientation() {
    const [right = '', down = ''] = this.dataSet.texts(Tag.PatientOrientation);
    return right && down ? { right, down } : undefined;
  }

  get spacing() {
    return spacingOf(this.dataSet, this.number);
  }

  get aspect() {
    return aspectOf(this.dataSet, this.spacing);
  }

  get thickness() {
    const place = placeOf(this.dataSet, this.number, Tag.PixelMeasuresSequence, Tag.SliceThickness);
    return place?.number(Tag.SliceThickness);
  }

  get modality() {
    return modalityOf(this.dataSet, this.number);
  }

  get views() {
    return viewsOf(this.dataSet, this.number);
  }

  get isInverse() {
    return isInverse(this.dataSet);
  }

  get isGray() {
    return isGray(this.instance.image?.photometric ?? '');
  }
}
