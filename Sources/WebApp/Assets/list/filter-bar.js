/** The row above the list: what is looked for, and what the list is narrowed to. */

import { counters } from '/data/studies.js';
import { hasDate, isNarrowed, noFilters, presets } from '/list/filters.js';
import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { attachMenu } from '/parts/menu.js';
import { text } from '/text/catalogue.js';

/** @typedef {import('/list/filters.js').Filters} Filters */

/** Milliseconds of no typing before a search is made. */
const typingPause = 150;

/** @type {Record<import('/list/filters.js').Preset, import('/text/catalogue.js').TextKey>} */
const presetNames = {
  '': 'list.dateAny', today: 'list.dateToday', yesterday: 'list.dateYesterday', week: 'list.dateWeek',
  month: 'list.dateMonth', year: 'list.dateYear',
};

export class FilterBar {
  /** @type {Filters} */
  filters = noFilters();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  /** @type {{ modalities: string[], sites: string[] }} */
  #choices = { modalities: [], sites: [] };
  #changed;

  /** @param {(filters: Filters) => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.field = h('input', {
      class: 'input', type: 'search', 'aria-label': text('list.search'), placeholder: text('list.searchHint'),
      autocomplete: 'off', spellcheck: false, enterKeyHint: 'search', maxLength: 256, oninput: () => this.#typed(),
    });
    this.modality = this.#chip('list.modality');
    this.site = this.#chip('list.site');
    this.date = this.#chip('list.date');
    attachMenu(this.modality, text('list.modality'), () => this.#choiceMenu('modalities'));
    attachMenu(this.site, text('list.site'), () => this.#choiceMenu('sites'));
    attachMenu(this.date, text('list.date'), (close) => this.#dateMenu(close));
    this.clear = h('button', { class: 'button plain small', type: 'button', onclick: () => {
      this.#set({ ...noFilters(), text: this.filters.text });
      this.field.focus();
    } }, icon('close'), text('list.clearFilters'));
    this.element = h(
      'div', { class: 'filter-bar', role: 'search' },
      h('div', { class: 'search-field' }, icon('search'), this.field),
      h('div', { class: 'chips' }, this.modality, this.site, this.date, this.clear));
  }

  /** Shows filters without telling of them. */
  show(/** @type {Filters} */ filters) {
    this.filters = filters;
    if (this.field.value !== filters.text) this.field.value = filters.text;
    this.#label(this.modality, 'list.modality', filters.modalities.join(', '));
    this.#label(this.site, 'list.site', filters.sites.join(', '));
    const range = [filters.from, filters.to].map((day) => day || '…').join(' – ');
    this.#label(this.date, 'list.date', filters.preset ? text(presetNames[filters.preset]) : hasDate(filters) ? range : '');
    this.clear.hidden = !isNarrowed(filters);
    this.site.hidden = this.#choices.sites.length < 2 && filters.sites.length === 0;
  }

  /** Learns what there is to choose from. */
  async learn() {
    const lines = await counters();
    const names = (/** @type {string[]} */ list) => [...new Set(list)].filter(Boolean).sort();
    this.#choices = {
      modalities: names(lines.map((line) => line.modality)), sites: names(lines.map((line) => line.site)),
    };
    this.show(this.filters);
    return this.#choices;
  }

  /** Empties the text; whether there was any. */
  clearText() {
    if (!this.field.value) return false;
    this.field.value = '';
    this.#set({ ...this.filters, text: '' });
    return true;
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#set({ ...this.filters, text: this.field.value }), typingPause);
  }

  /** @param {Filters} filters */
  #set(filters) {
    clearTimeout(this.#typing);
    this.show(filters);
    this.#changed(filters);
  }

  /** @param {import('/text/catalogue.js').TextKey} name */
  #chip(name) {
    return h('button', { class: 'chip', type: 'button' }, h('span', {}, text(name)), icon('down'));
  }

  /**
   * @param {HTMLButtonElement} chip
   * @param {import('/text/catalogue.js').TextKey} name
   * @param {string} value
   */
  #label(chip, name, value) {
    const label = chip.querySelector('span');
    if (label) label.textContent = value ? `${text(name)}: ${value}` : text(name);
    chip.classList.toggle('set', value !== '');
  }

  /** @param {'modalities' | 'sites'} kind */
  #choiceMenu(kind) {
    const all = [...new Set([...this.#choices[kind], ...this.filters[kind]])].sort();
    if (all.length === 0) return [h('p', { class: 'heading' }, text('list.noChoices'))];
    return all.map((name) => h(
      'label', { class: 'entry' },
      h('input', {
        type: 'checkbox', checked: this.filters[kind].includes(name),
        onchange: (/** @type {Event} */ event) => {
          const isOn = /** @type {HTMLInputElement} */ (event.target).checked;
          const others = this.filters[kind].filter((each) => each !== name);
          this.#set({ ...this.filters, [kind]: isOn ? [...others, name].sort() : others });
        },
      }),
      name));
  }

  /** @param {() => void} close */
  #dateMenu(close) {
    const from = h('input', { class: 'input', type: 'date', value: this.filters.from, max: '9999-12-31' });
    const to = h('input', { class: 'input', type: 'date', value: this.filters.to, max: '9999-12-31' });
    const apply = (/** @type {Event} */ event) => {
      event.preventDefault();
      close();
      this.#set({ ...this.filters, preset: '', from: from.value, to: to.value });
    };
    return [
      ...presets.map((preset) => h(
        'label', { class: 'entry' },
        h('input', {
          type: 'radio', name: 'date',
          checked: this.filters.preset === preset && (preset !== '' || !hasDate(this.filters)),
          onchange: () => this.#set({ ...this.filters, preset, from: '', to: '' }),
        }),
        text(presetNames[preset]))),
      h('hr'),
      h('form', { class: 'range', onsubmit: apply },
        h('label', { class: 'field' }, text('list.dateFrom'), from),
        h('label', { class: 'field' }, text('list.dateTo'), to),
        h('button', { class: 'button small' }, text('list.dateApply'))),
    ];
  }
}
