import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';
import { sopClassName } from '../dicom/sop-classes.js';
import { Tag } from '../dicom/tags.js';

/**
 * The series of a study as small pictures, in order. A series with several stacks has as many entries.
 *
 * @typedef {import('../dicom/data-set.js').DataSet} DataSet
 * @typedef {import('../dicom/stacks.js').Stack} Stack
 *
 * @typedef {object} Series
 * @property {string} uid
 * @property {DataSet} row what the search says of it
 * @property {Stack[] | undefined} stacks undefined until its metadata have been read
 * @property {string} failure '' or why they could not be
 *
 * @typedef {object} Entry
 * @property {Series} series
 * @property {Stack | undefined} stack
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} picture
 * @property {string} failure that it says
 *
 * @typedef {object} PanelActions
 * @property {(series: Series, stack: Stack | undefined) => void} open
 * @property {(stack: Stack, picture: HTMLCanvasElement) => void} paint
 */

/** What a dragged entry is carried as. */
export const DRAG_TYPE = 'application/x-isocenter-stack';
/** Pixels a side of a small picture. */
const SIDE = 192;

export class SeriesPanel {
  /** @type {Entry[]} */
  entries = [];

  /** @param {PanelActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.list = h('ul', {});
    this.element = h('nav', { class: 'series-panel', 'aria-label': text('viewer.series') }, this.list);
  }

  /**
   * Shows the series; pictures that are there stay.
   *
   * @param {Series[]} series
   */
  show(series) {
    const wanted = series.flatMap((each) => (each.stacks ?? [undefined]).map((stack) => ({ series: each, stack })));
    const known = this.entries;
    this.entries = wanted.map(({ series: each, stack }) => {
      const name = stack?.id ?? each.uid;
      return known.find((entry) => entry.button.dataset.id === name && entry.failure === each.failure)
        ?? this.#entry(each, stack, name);
    });
    this.list.replaceChildren(...this.entries.map((entry) => h('li', {}, entry.button)));
  }

  /**
   * Marks what is in a viewport, and what is in the active one.
   *
   * @param {(string | undefined)[]} shown @param {string | undefined} active
   */
  mark(shown, active) {
    for (const { button } of this.entries) {
      const id = button.dataset.id;
      button.classList.toggle('shown', shown.includes(id));
      if (id === active) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  /** @param {Series} series @param {Stack | undefined} stack @param {string} name @returns {Entry} */
  #entry(series, stack, name) {
    const { row } = series;
    const modality = stack?.kind === 'object' ? stack.instance.dataSet.text(Tag.Modality) : row.text(Tag.Modality);
    const number = row.text(Tag.SeriesNumber);
    const description = stack?.kind === 'object' ? sopClassName(stack.instance.sopClass)
      : (firstDataSet(stack)?.text(Tag.SeriesDescription) || row.text(Tag.SeriesDescription));
    const count = series.failure ? text('viewer.state.failed') : countText(series, stack);
    const picture = h('canvas', { width: SIDE, height: SIDE, 'aria-hidden': 'true' });
    const button = h(
      'button',
      {
        type: 'button', class: 'series', draggable: stack !== undefined, title: series.failure || description,
        'aria-label': text('viewer.thumbnail', { modality, number, description, count }),
        onclick: () => this.actions.open(series, stack),
        ondragstart: (/** @type {DragEvent} */ event) => {
          event.dataTransfer?.setData(DRAG_TYPE, name);
          if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copy';
        },
      },
      h('span', { class: 'picture' }, stack?.kind === 'images' ? picture : icon(series.failure ? 'warning' : 'file')),
      h('span', { class: 'line' }, h('span', { class: 'tag' }, modality || '—'), h('span', { class: 'name' }, number)),
      count && h('span', { class: 'quiet' }, count),
      h('span', { class: 'description' }, description));
    button.dataset.id = name;
    button.dataset.series = series.uid;
    if (stack?.kind === 'images') this.actions.paint(stack, picture);
    return { series, stack, button, picture, failure: series.failure };
  }
}

/** @param {Stack | undefined} stack */
function firstDataSet(stack) {
  return stack?.kind === 'images' ? stack.frames[0]?.dataSet : stack?.instance.dataSet;
}

/** @param {Series} series @param {Stack | undefined} stack */
function countText(series, stack) {
  if (!stack) return text('viewer.images', { count: series.row.number(Tag.NumberOfSeriesRelatedInstances) ?? 0 });
  if (stack.kind === 'object') return '';
  const isClip = (stack.frames[0]?.instance.image?.frames ?? 1) > 1;
  return text(isClip ? 'viewer.frames' : 'viewer.images', { count: stack.frames.length });
}
