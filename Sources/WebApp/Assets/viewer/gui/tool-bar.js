import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { attachMenu } from '/parts/menu.js';
import { text } from '/text/catalogue.js';
import { formatNumber } from '../dicom/text.js';
import { Tag } from '../dicom/tags.js';
import { FASTEST_RATE, SLOWEST_RATE } from '../dicom/timing.js';
import { presetsOf } from '../tools/presets.js';
import { fullWindow } from './display.js';
import { LAYOUTS } from './grid-layouts.js';

/**
 * The tools above the viewports; they act on the active one.
 *
 * @typedef {import('./iso-viewport.js').IsoViewport} IsoViewport
 * @typedef {import('./iso-viewport.js').Tool} Tool
 * @typedef {import('./display.js').Choice} Choice
 * @typedef {{ label: string, number: number | undefined, choice: Choice }} PresetEntry
 *
 * @typedef {object} BarActions
 * @property {(command: string) => void} command
 * @property {() => IsoViewport} active
 */

const TOOLS = /** @type {const} */ (['window', 'scroll', 'zoom', 'pan']);
/** Keys by command, for the hints. */
const ACTIONS = /** @type {const} */ ([
  ['invert', 'invert', 'I'],
  ['turn', 'turn', 'R'],
  ['mirrorAcross', 'mirrorAcross', 'H'],
  ['mirrorDown', 'mirrorDown', 'V'],
  ['fit', 'fit', 'F'],
  ['oneToOne', 'oneToOne', 'O'],
  ['reset', 'reset', 'X'],
]);

export class ToolBar {
  /** @param {BarActions} actions */
  constructor(actions) {
    this.actions = actions;
    this.tools = TOOLS.map((tool) => {
      return { tool, button: this.#button(tool, text(`viewer.tool.${tool}`), tool[0]?.toUpperCase() ?? '', `tool:${tool}`) };
    });
    this.presets = h('button', { type: 'button', class: 'button plain', title: `${text('viewer.presets')} (0–9)` },
      text('viewer.presets'), icon('down'));
    attachMenu(this.presets, text('viewer.presets'), (close) => this.#presetEntries(close));
    this.play = this.#button('play', text('viewer.play'), '␣', 'play');
    this.rate = h('input', { type: 'range', min: String(SLOWEST_RATE), max: String(FASTEST_RATE), step: '1',
      'aria-label': text('viewer.rateLabel') });
    this.rate.addEventListener('input', () => actions.active().setRate(Number(this.rate.value)));
    this.rateText = h('span', { class: 'number' });
    this.cine = h('span', { class: 'group cine' }, this.play, this.rate, this.rateText);
    this.layout = h('button', { type: 'button', class: 'button plain icon', 'aria-label': text('viewer.layout'),
      title: text('viewer.layout') }, icon('layout'));
    attachMenu(this.layout, text('viewer.layout'), (close) => this.#layoutEntries(close));
    this.element = h(
      'div', { class: 'tool-bar', role: 'toolbar', 'aria-label': text('viewer.tools') },
      h('span', { class: 'group' }, this.tools.map(({ button }) => button)), this.presets,
      h('span', { class: 'group' }, ACTIONS.map(([picture, name, key]) => {
        return this.#button(picture, text(`viewer.${name}`), key, name);
      })),
      this.cine,
      h('span', { class: 'group end' }, this.layout, this.#button('tags', text('viewer.tags'), 'T', 'tags'),
        this.#button('overlay', text('viewer.overlay'), 'E', 'overlay'),
        this.#button('keyboard', text('viewer.keys'), '?', 'keys')));
  }

  /** @param {Tool} tool */
  show(tool) {
    const viewport = this.actions.active();
    for (const each of this.tools) each.button.setAttribute('aria-pressed', String(each.tool === tool));
    const canPlay = viewport.stack?.kind === 'images' && viewport.stack.frames.length > 1;
    this.cine.hidden = !canPlay;
    if (canPlay) {
      this.rate.value = String(viewport.rate);
      this.rateText.textContent = text('viewer.rate', { rate: String(viewport.rate) });
      const name = text(viewport.isPlaying ? 'viewer.pause' : 'viewer.play');
      if (this.play.getAttribute('aria-label') !== name) {
        this.play.setAttribute('aria-label', name);
        this.play.title = `${name} (␣)`;
        this.play.replaceChildren(icon(viewport.isPlaying ? 'pause' : 'play'));
      }
    }
    this.presets.disabled = presetChoices(viewport).length === 0;
  }

  /**
   * @param {import('/parts/iso-icon.js').IconName} picture @param {string} name @param {string} key
   * @param {string} command
   */
  #button(picture, name, key, command) {
    return h('button', { type: 'button', class: 'button plain icon', 'aria-label': name, title: `${name} (${key})`,
      onclick: () => this.actions.command(command) }, icon(picture));
  }

  /** @param {() => void} close */
  #presetEntries(close) {
    return presetChoices(this.actions.active()).map(({ label, number, choice }) => {
      return h('button', { type: 'button', class: 'entry', onclick: () => {
        close();
        this.actions.active().choose(choice);
      } }, label, number !== undefined && h('kbd', { class: 'number' }, number));
    });
  }

  /** @param {() => void} close */
  #layoutEntries(close) {
    return LAYOUTS.map(({ rows, columns }, index) => {
      return h('button', { type: 'button', class: 'entry', onclick: () => {
        close();
        this.actions.command(`layout:${index + 1}`);
      } }, text('viewer.layoutOf', { rows: String(rows), columns: String(columns) }));
    });
  }
}

/**
 * The windows that a viewport offers: the image's own, all values, and the usual ones of its modality. The number keys
 * choose the usual ones; 0 is the image's own.
 *
 * @param {IsoViewport} viewport
 * @returns {PresetEntry[]}
 */
export function presetChoices(viewport) {
  const frame = viewport.drawn;
  const picture = frame && viewport.room?.store.picture(frame.key);
  if (!frame || !picture || picture.pixels.kind !== 'gray') return [];
  /** @type {PresetEntry[]} */
  const entries = [{ label: text('viewer.preset.own'), number: 0, choice: { kind: 'own' } }];
  frame.views.forEach((view, index) => {
    if (view.kind !== 'window' || frame.views.length < 2) return;
    const name = view.explanation || text('viewer.preset.ownNumber', { number: String(index + 1) });
    const { width, center } = view.window;
    const window = text('viewer.window', { width: formatNumber(width), center: formatNumber(center) });
    entries.push({ label: `${name}  ${window}`, number: undefined, choice: { kind: 'ownWindow', index } });
  });
  const full = fullWindow(frame, picture);
  entries.push({ label: text('viewer.preset.full'), number: undefined, choice: { kind: 'window', window: full } });
  presetsOf(frame.dataSet.text(Tag.Modality), frame.modality.unit).forEach(({ name, window }, index) => {
    const number = index < 9 ? index + 1 : undefined;
    entries.push({ label: text(`viewer.preset.${name}`), number, choice: { kind: 'window', window } });
  });
  return entries;
}
