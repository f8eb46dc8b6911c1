import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';
import { sopClassName } from '../dicom/sop-classes.js';
import { Tag } from '../dicom/tags.js';

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';

/**
 * What is said of an object without an image.
 *
 * @param {import('../dicom/instance.js').Instance} instance
 * @param {() => void} showTags
 * @returns {HTMLElement[]}
 */
export function objectCard(instance, showTags) {
  const { dataSet, sopClass } = instance;
  const title = dataSet.text('00420010') || dataSet.text(Tag.SeriesDescription);
  const address = `/dicom-web/studies/${instance.study}/series/${instance.series}/instances/${instance.uid}/rendered`;
  return [
    icon('file'),
    h('h3', {}, sopClassName(sopClass)),
    h('p', {}, title),
    h('p', { class: 'quiet' }, `${text('viewer.object')}. ${text('viewer.objectWhy')}`),
    h('div', { class: 'actions' },
      sopClass === ENCAPSULATED_PDF &&
        h('a', { class: 'button primary', href: address, target: '_blank', rel: 'noopener' }, icon('open'),
          text('viewer.openDocument')),
      h('button', { class: 'button', type: 'button', onclick: showTags }, text('viewer.openTags'))),
  ];
}
