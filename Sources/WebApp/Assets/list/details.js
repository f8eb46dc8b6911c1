/** What the line has no room for: the series of a study, its identifiers, and what can be done with it. */

import { explain, getJSON, isAbort, Refusal } from '/data/api.js';
import { may } from '/data/session.js';
import { archiveAddress, deleteStudy, findSeries, thumbnail } from '/data/studies.js';
import { confirmDanger } from '/parts/dialog.js';
import { age, bytes, personName } from '/parts/format.js';
import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';

/** @typedef {import('/data/studies.js').Study} Study */

/** @type {import('/text/catalogue.js').TextKey[]} */
const reasons = [
  'list.reason.test', 'list.reason.duplicate', 'list.reason.wrongPatient', 'list.reason.quality', 'list.reason.asked',
];

/** Modalities of objects without an image (PS3.3 §C.7.3.1.1.1). */
const pictureless = new Set(['SR', 'KO', 'PR', 'DOC', 'AU', 'REG', 'PLAN', 'RTPLAN', 'RTSTRUCT', 'RTRECORD', 'ECG', 'HD']);

export class StudyDetails {
  /** @type {Study | null} */
  study = null;
  #asking = new AbortController();

  /** @param {{ closed: () => void, deleted: (study: Study) => void }} told */
  constructor(told) {
    this.told = told;
    this.element = h('aside', { class: 'study-details', 'aria-label': text('list.details'), hidden: true });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  close() {
    this.#asking.abort();
    this.study = null;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** @param {Study} study */
  show(study) {
    const isSame = this.isOpen && this.study?.study === study.study && this.study.instances === study.instances;
    this.study = study;
    this.element.hidden = false;
    if (isSame) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    const series = h('div', { class: 'series' }, h('div', { class: 'spinner' }));
    const identifiers = h('div', { class: 'uids' }, this.#uid(text('list.studyUID'), study.study));
    // Far from what is reached for every day.
    const end = may('delete') ? [h('div', { class: 'end' }, h(
      'button', { class: 'button danger small', type: 'button', onclick: () => void this.#delete(study) }, icon('trash'),
      text('list.delete')))] : [];
    this.element.replaceChildren(...this.#head(study), this.#facts(study), h('h3', {}, text('list.series')), series,
      h('h3', {}, text('list.uids')), identifiers, ...end);
    this.element.scrollTop = 0;
    void this.#fillSeries(study, series, identifiers);
  }

  /** @param {Study} study */
  #head(study) {
    const name = personName(study.patientName);
    return [
      h('header', {},
        h('div', {},
          h('h2', {}, h('bdi', {}, name.main || text('list.noName'))),
          name.others.length > 0 && h('p', { class: 'quiet' }, h('bdi', {}, name.others.join(' · '))),
          h('p', { class: 'quiet' }, study.patientID || text('list.noID'))),
        h('button', { class: 'button plain icon small', type: 'button', 'aria-label': text('shell.close'),
          onclick: () => this.told.closed() }, icon('close'))),
      h('div', { class: 'actions' },
        h('a', { class: 'button primary', href: `/viewer/${study.study}`, title: text('list.openHint') },
          icon('viewer'), text('list.open')),
        may('retrieve') && this.#download(study)),
    ];
  }

  /**
   * A link, which a browser follows without the app: so the app looks first whether the session still lasts.
   *
   * @param {Study} study
   */
  #download(study) {
    let isSure = false;
    const link = h('a', { class: 'button', href: archiveAddress(study.study), download: `${study.study}.zip`,
      title: text('list.downloadHint') }, icon('download'), text('list.download'));
    link.addEventListener('click', async (event) => {
      if (isSure) return;
      event.preventDefault();
      try {
        await getJSON('/api/v1/session');
        isSure = true;
        link.click();
      } catch (error) {
        toast(explain(error), 'bad');
      } finally {
        isSure = false;
      }
    });
    return link;
  }

  /** @param {Study} study */
  #facts(study) {
    const born = [study.birthDate, study.sex, age(study.birthDate, study.date)].filter(Boolean).join(' · ');
    const amount = `${text('list.seriesCount', { count: study.series })}, `
      + `${text('list.images', { count: study.instances })}, ${bytes(study.bytes)}`;
    /** @type {[string, string][]} */
    const facts = [
      [text('list.column.description'), study.description ?? ''],
      [text('list.column.date'), [study.date, study.time].filter(Boolean).join(' ')],
      [text('list.column.modality'), study.modalities.join(', ')],
      [text('list.column.accession'), study.accessionNumber ?? ''],
      [text('list.column.born'), born],
      [text('list.column.images'), amount],
      [text('list.column.site'), study.sites.join(', ')],
      [text('list.column.received'), new Date(study.receivedAt).toLocaleString('sv-SE')],
    ];
    return h('dl', { class: 'facts' }, facts.filter(([, value]) => value).flatMap(
      ([name, value]) => [h('dt', {}, name), h('dd', {}, h('bdi', {}, value))]));
  }

  /**
   * @param {string} name
   * @param {string} uid
   */
  #uid(name, uid) {
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(uid);
        toast(text('shell.copied'), 'good');
      } catch {
        toast(text('shell.notCopied'), 'bad');
      }
    };
    return h('div', { class: 'uid' },
      h('div', {}, h('div', { class: 'quiet' }, name), h('code', {}, uid)),
      h('button', { class: 'button plain icon small', type: 'button', 'aria-label': text('list.copy', { what: name }),
        onclick: () => void copy() }, icon('copy')));
  }

  /**
   * @param {Study} study
   * @param {HTMLElement} place
   * @param {HTMLElement} identifiers
   */
  async #fillSeries(study, place, identifiers) {
    const signal = this.#asking.signal;
    try {
      const rows = await findSeries(study.study, signal);
      if (signal.aborted) return;
      place.replaceChildren(...rows.map((row) => this.#series(study, row)));
      identifiers.append(...rows.map((row, index) =>
        this.#uid(`${text('list.seriesUID')} ${row.number ?? index + 1}`, row.series)));
    } catch (error) {
      if (isAbort(error)) return;
      const isGone = error instanceof Refusal && error.status === 404;
      place.replaceChildren(h('p', { class: 'quiet' }, isGone ? text('list.gone') : text('list.seriesFailed')));
    }
  }

  /**
   * @param {Study} study
   * @param {import('/data/studies.js').Series} row
   */
  #series(study, row) {
    const frame = h('div', { class: 'picture' }, icon('file'));
    if (!pictureless.has(row.modality)) {
      const picture = h('img', { src: thumbnail(study.study, row.series), alt: '', loading: 'lazy', width: 48, height: 48 });
      picture.addEventListener('error', () => frame.replaceChildren(icon('file')));
      frame.replaceChildren(picture);
    }
    return h('div', { class: 'one' }, frame,
      h('div', {},
        h('div', {}, row.number !== null && h('span', { class: 'quiet' }, `${row.number} `),
          h('bdi', {}, row.description || text('list.noDescription'))),
        h('div', { class: 'quiet' }, h('span', { class: 'tag' }, row.modality), ' ',
          text('list.images', { count: row.instances }))));
  }

  /** @param {Study} study */
  async #delete(study) {
    const reason = h('select', { class: 'input' }, reasons.map((key) => h('option', { value: text(key) }, text(key))));
    const name = personName(study.patientName).main || text('list.noName');
    const isSure = await confirmDanger({
      title: text('list.deleteTitle'),
      content: [
        h('p', {}, h('strong', {}, h('bdi', {}, name)), ` · ${study.patientID} · ${study.date ?? text('list.noDate')}`),
        h('p', {}, text('list.deleteWhat', {
          images: text('list.images', { count: study.instances }), series: text('list.seriesCount', { count: study.series }),
        })),
        h('label', { class: 'field' }, text('list.deleteReason'), reason),
      ],
      action: text('list.deleteAction'),
    });
    if (!isSure) return;
    try {
      await deleteStudy(study.study, reason.value);
      toast(text('list.deleted'), 'good');
      this.told.deleted(study);
    } catch (error) {
      toast(text('list.deleteFailed', { why: explain(error) }), 'bad');
    }
  }
}
