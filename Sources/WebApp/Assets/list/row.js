/** One line of the list: made once, filled again and again as the list scrolls. */

import { age, ago, personName } from '/parts/format.js';
import { h } from '/parts/element.js';
import { locale, text } from '/text/catalogue.js';

/** @typedef {import('/data/studies.js').Study} Study */

/** @type {[string, import('/text/catalogue.js').TextKey][]} */
export const columns = [
  ['date', 'list.column.date'], ['patient', 'list.column.patient'], ['id', 'list.column.id'],
  ['born', 'list.column.born'], ['sex', 'list.column.sex'], ['age', 'list.column.age'],
  ['modality', 'list.column.modality'],
  ['description', 'list.column.description'], ['accession', 'list.column.accession'],
  ['series', 'list.column.series'], ['images', 'list.column.images'], ['site', 'list.column.site'],
  ['received', 'list.column.received'],
];

export class StudyRow {
  /** @type {Study | null} */
  study = null;
  place = -1;
  /** @type {Record<string, HTMLElement>} */
  #cells = {};

  constructor() {
    this.link = h('a', { href: '#', tabIndex: -1, class: 'open' });
    this.element = h('div', { class: 'study-row', role: 'row' }, columns.map(([name]) => {
      const cell = h('div', { class: `cell c-${name}`, role: 'gridcell' });
      this.#cells[name] = cell;
      return cell;
    }));
  }

  /**
   * @param {Study | null} study `null` while it is on its way.
   * @param {number} place
   * @param {{ isActive: boolean, isNew: boolean }} marks
   */
  show(study, place, { isActive, isNew }) {
    this.element.classList.toggle('active', isActive);
    this.element.setAttribute('aria-selected', String(isActive));
    if (this.place !== place) {
      this.place = place;
      this.element.id = `study-${place}`;
      this.element.setAttribute('aria-rowindex', String(place + 2));
      this.element.classList.toggle('odd', place % 2 === 1);
    }
    this.element.classList.toggle('new', isNew);
    if (this.study === study && study !== null) {
      this.#put('received', ago(study.receivedAt));
      return;
    }
    this.study = study;
    this.element.classList.toggle('coming', study === null);
    if (study) this.#fill(study);
    else for (const [name] of columns) this.#put(name, name === 'patient' ? text('list.loadingRow') : '');
  }

  /** @param {Study} study */
  #fill(study) {
    const name = personName(study.patientName);
    this.link.href = `/viewer/${study.study}`;
    this.link.replaceChildren(h('bdi', {}, name.main || text('list.noName')));
    this.#cells['patient']?.replaceChildren(
      this.link, ...name.others.slice(0, 1).map((other) => h('bdi', { class: 'other' }, other)));
    this.#cells['date']?.replaceChildren(
      h('span', {}, study.date ?? text('list.noDate')), h('span', { class: 'time' }, study.time?.slice(0, 5) ?? ''));
    this.#put('id', study.patientID || text('list.noID'));
    this.#put('born', study.birthDate ?? '');
    this.#put('sex', study.sex ?? '');
    this.#put('age', age(study.birthDate, study.date));
    this.#cells['modality']?.replaceChildren(
      ...study.modalities.map((modality) => h('span', { class: 'tag' }, modality)));
    this.#put('description', study.description ?? '');
    this.#put('accession', study.accessionNumber ?? '');
    this.#put('series', String(study.series));
    this.#cells['images']?.replaceChildren(
      study.instances.toLocaleString(locale), h('span', { class: 'unit' }, ` ${text('list.imagesUnit', { count: study.instances })}`));
    this.#put('site', study.sites.join(', '));
    this.#put('received', ago(study.receivedAt));
    for (const column of ['id', 'description', 'accession', 'site', 'patient']) {
      const cell = this.#cells[column];
      if (cell) cell.title = cell.textContent ?? '';
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #put(name, value) {
    const cell = this.#cells[name];
    if (cell && cell.textContent !== value) cell.textContent = value;
  }
}
