/** The viewer: a study's series beside one to four viewports. */

import { explain, isAbort, Refusal, request, Unreachable } from '/data/api.js';
import { showDialog } from '/parts/dialog.js';
import { h, sheet } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';
import { patientLines } from './dicom/identity.js';
import { formatDate } from './dicom/text.js';
import { Tag } from './dicom/tags.js';
import { CanvasRenderer } from './gui/canvas-renderer.js';
import { GLRenderer } from './gui/gl-renderer.js';
import { LAYOUTS } from './gui/grid-layouts.js';
import { IsoViewport } from './gui/iso-viewport.js';
import { keysDialogContent } from './gui/keys-help.js';
import { DRAG_TYPE, SeriesPanel } from './gui/series-panel.js';
import { isWithoutImages, StudyLoader } from './gui/study-loader.js';
import { showTagBrowser } from './gui/tag-browser.js';
import { Thumbnails } from './gui/thumbnails.js';
import { presetChoices, ToolBar } from './gui/tool-bar.js';
import { Archive } from './io/archive.js';
import { Decoders } from './io/decoders.js';
import { FrameStore } from './io/frame-store.js';
import { Pictures } from './io/pictures.js';
import { commandOf } from './tools/keys.js';

/**
 * @typedef {import('./gui/iso-viewport.js').Tool} Tool
 * @typedef {import('./gui/iso-viewport.js').Room} Room
 * @typedef {import('./gui/series-panel.js').Series} Series
 * @typedef {import('./dicom/stacks.js').Stack} Stack
 */

/** Bytes of pictures that are kept. */
const BUDGET = 512 * 1024 * 1024;
/** The part of it that frames which were not looked at yet may take. */
const AHEAD = 0.6;
const SHEETS = ['/design/viewer.css', '/design/viewport.css'];

class IsoViewer extends HTMLElement {
  #abort = new AbortController();
  /** @type {IsoViewport[]} */
  #viewports = [];
  #active = 0;
  #hasImage = false;
  /** @type {Tool} */
  #tool = 'window';
  /**
   * What one finger does: it scrolls until a tool is chosen.
   *
   * @type {Tool}
   */
  #fingerTool = 'scroll';
  /** The series that was clicked before it had been read, and the viewport it is for. */
  #awaited = { series: '', viewport: 0 };
  /** @type {(() => void)[]} */
  #ending = [];

  connectedCallback() {
    void this.#start();
  }

  disconnectedCallback() {
    this.#abort.abort();
    for (const end of this.#ending.splice(0).reverse()) end();
    this.replaceChildren();
  }

  async #start() {
    const abort = new AbortController();
    this.#abort = abort;
    this.replaceChildren(h('div', { class: 'loading' }, h('div', { class: 'spinner' }), h('p', {}, text('viewer.loadingStudy'))));
    const sheets = Promise.all(SHEETS.map(sheet));
    const archive = new Archive(request);
    const decoders = new Decoders();
    const pictures = new Pictures(archive, decoders);
    const gl = GLRenderer.make();
    const fallback = new CanvasRenderer();
    /** @type {FrameStore<import('./dicom/instance.js').Frame, import('./io/pictures.js').Picture>} */
    const store = new FrameStore({
      load: (frame, signal) => pictures.load(frame, signal), budget: BUDGET, isPassing: isPassing,
    });
    /** @type {Room} */
    const room = {
      store,
      renderer: gl ?? fallback,
      fallback,
      tool: () => this.#tool,
      fingerTool: () => this.#fingerTool,
      prefetchBytes: () => (BUDGET * AHEAD) / Math.max(this.#viewports.length, 1),
      onActivate: (viewport) => this.#activate(this.#viewports.indexOf(viewport)),
      onChange: (viewport) => {
        this.#tools?.show(this.#tool);
        this.#markFirstImage(viewport);
      },
      onTags: (viewport) => void this.#showTags(viewport),
    };
    store.onDrop((picture) => {
      room.renderer.forget(picture.key);
      fallback.forget(picture.key);
    });
    room.renderer.onRestored = () => this.#viewports.forEach((viewport) => viewport.update());
    const thumbnails = new Thumbnails(room);
    const online = () => store.retry();
    window.addEventListener('online', online);
    const keys = (/** @type {KeyboardEvent} */ event) => this.#press(event);
    document.addEventListener('keydown', keys);
    this.#ending.push(
      () => decoders.close(), () => room.renderer.close(), () => fallback.close(), () => store.close(),
      () => thumbnails.close(), () => window.removeEventListener('online', online),
      () => document.removeEventListener('keydown', keys),
      () => this.#viewports.splice(0).forEach((viewport) => viewport.end()));

    const panel = new SeriesPanel({
      open: (series, stack) => this.#open(series, stack, this.#active),
      paint: (stack, canvas) => {
        if (stack.kind === 'images') thumbnails.add(stack, canvas);
      },
    });
    const loader = new StudyLoader(archive, abort.signal, {
      onSeries: (series) => this.#showSeries(series),
      onProgress: (series, count) => this.#showProgress(series, count),
      explain,
    });
    this.#room = room;
    this.#panel = panel;
    this.#loader = loader;
    this.#tools = new ToolBar({ command: (command) => this.#command(command), active: () => this.#viewport });
    this.#grid = h('div', { class: 'viewports' });
    this.#title = h('div', { class: 'title' });
    this.#progress = h('p', { class: 'progress', role: 'status', hidden: true });
    let row;
    try {
      [row] = await Promise.all([loader.open(this.getAttribute('study') ?? ''), sheets]);
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) this.#fail(error);
      return;
    }
    if (abort.signal.aborted) return;
    if (!row) {
      this.#say(empty('search', text('viewer.missing'), text('viewer.missingWhy'), backLink()));
    } else if (loader.series.length === 0) {
      this.#say(empty('inbox', text('viewer.noSeries'), text('viewer.noSeriesWhy'), backLink()));
    } else {
      this.#build(row, gl !== undefined);
      this.#showSeries(loader.series);
    }
  }

  /** @type {Room | undefined} */
  #room;
  /** @type {SeriesPanel | undefined} */
  #panel;
  /** @type {StudyLoader | undefined} */
  #loader;
  /** @type {ToolBar | undefined} */
  #tools;
  #grid = h('div');
  #title = h('div');
  #progress = h('p');

  /** @returns {IsoViewport} the active one */
  get #viewport() {
    return this.#viewports[this.#active] ?? this.#viewports[0] ?? new IsoViewport();
  }

  /** @param {import('./dicom/data-set.js').DataSet} row @param {boolean} hasWebGL */
  #build(row, hasWebGL) {
    const [name, ...rest] = patientLines(row);
    const study = [row.text(Tag.StudyDescription), formatDate(row.text(Tag.StudyDate))].filter(Boolean).join('  ');
    this.#title.replaceChildren(
      h('strong', {}, name || text('viewer.nameless')), h('span', {}, rest.join('  ')), h('span', { class: 'study' }, study));
    const toggle = h('button', { type: 'button', class: 'button plain icon', 'aria-label': text('viewer.seriesPanel'),
      title: `${text('viewer.seriesPanel')} (B)`, onclick: () => this.#command('panel') }, icon('panel'));
    this.replaceChildren(
      h('h1', { class: 'unseen' }, text('shell.viewer')),
      h('header', { class: 'viewer-bar' },
        h('a', { class: 'button plain icon', href: '/studies', 'aria-label': text('viewer.back'), title: text('viewer.back') },
          icon('left')),
        toggle, this.#title,
        !hasWebGL && h('span', { class: 'tag warn' }, text('viewer.withoutWebGL')),
        h('span', { class: 'clearance' }, text('viewer.clearance'))),
      this.#tools?.element ?? '',
      h('div', { class: 'viewer-body' }, this.#panel?.element ?? '', this.#grid),
      this.#progress);
    this.#arrange(0);
  }

  /**
   * Lets the time from the address to the first image be measured.
   *
   * @param {IsoViewport} viewport
   */
  #markFirstImage({ state }) {
    if (this.#hasImage || (state !== 'source' && state !== 'preview')) return;
    this.#hasImage = true;
    performance.mark('viewer-first-image');
  }

  /** @param {unknown} error */
  #fail(error) {
    console.warn(error);
    const again = h('button', { class: 'button primary', onclick: () => {
      this.disconnectedCallback();
      this.connectedCallback();
    } }, text('viewer.retry'));
    this.#say(empty(error instanceof Unreachable ? 'cloudOff' : 'warning', text('viewer.failed'), explain(error), again, backLink()));
  }

  /** @param {HTMLElement} message */
  #say(message) {
    this.replaceChildren(h('h1', { class: 'unseen' }, text('shell.viewer')), message, h('p', { class: 'viewer-clearance' }, text('viewer.clearance')));
  }

  /** @param {Series[]} series */
  #showSeries(series) {
    if (this.#viewports.length === 0) return;
    this.#panel?.show(series);
    this.#progress.hidden = true;
    const awaited = series.find((each) => each.uid === this.#awaited.series);
    if (awaited?.stacks) {
      this.#awaited.series = '';
      this.#open(awaited, awaited.stacks[0], this.#awaited.viewport);
    }
    this.#fillFirst(series);
    this.#mark();
  }

  /**
   * Shows the first series with images, or anything when there are none, unless somebody chose already.
   *
   * @param {Series[]} series
   */
  #fillFirst(series) {
    const first = this.#viewports[0];
    if (!first || first.stack || this.#awaited.series !== '') return;
    for (const each of series) {
      const images = each.stacks?.find((stack) => stack.kind === 'images');
      if (images) {
        first.open(images);
        return;
      }
      // Which series is first does not depend on which is read first.
      if (!each.stacks && !each.failure && !isWithoutImages(each)) return;
    }
    const isComplete = series.every((each) => each.stacks || each.failure);
    const other = series.flatMap((each) => each.stacks ?? [])[0];
    if (isComplete && other) first.open(other);
  }

  /** @param {Series} series @param {number} count */
  #showProgress(series, count) {
    if (this.#viewport.stack || this.#viewports.length === 0) return;
    const total = series.row.number(Tag.NumberOfSeriesRelatedInstances) ?? count;
    this.#progress.hidden = false;
    this.#progress.textContent = text('viewer.loadingSeries', { count, total });
  }

  /** @param {Series} series @param {Stack | undefined} stack @param {number} place of a viewport */
  #open(series, stack, place) {
    if (!stack) {
      this.#awaited = { series: series.uid, viewport: place };
      this.#loader?.hurry(series);
      return;
    }
    this.#viewports[place]?.open(stack);
    this.#mark();
  }

  #mark() {
    this.#panel?.mark(this.#viewports.map((viewport) => viewport.stack?.id), this.#viewport.stack?.id);
    this.#viewports.forEach((viewport, place) => {
      viewport.classList.toggle('active', place === this.#active && this.#viewports.length > 1);
    });
    this.#tools?.show(this.#tool);
  }

  /** @param {number} place */
  #activate(place) {
    if (place < 0 || place === this.#active) return;
    this.#active = place;
    this.#mark();
  }

  /**
   * Lays out the viewports; those that are there keep what they show.
   *
   * @param {number} number of a layout
   */
  #arrange(number) {
    const layout = LAYOUTS[number];
    const room = this.#room;
    if (!layout || !room) return;
    const count = layout.rows * layout.columns;
    while (this.#viewports.length > count) this.#viewports.pop()?.end();
    while (this.#viewports.length < count) this.#addViewport(room);
    this.#active = Math.min(this.#active, count - 1);
    this.#grid.style.setProperty('--rows', String(layout.rows));
    this.#grid.style.setProperty('--columns', String(layout.columns));
    this.dataset.layout = `${layout.rows}x${layout.columns}`;
    this.#fillEmpty();
    this.#mark();
  }

  /** @param {Room} room */
  #addViewport(room) {
    const viewport = new IsoViewport();
    const name = text('viewer.viewport', { number: String(this.#viewports.length + 1) });
    viewport.setAttribute('role', 'group');
    viewport.setAttribute('aria-label', name);
    this.#viewports.push(viewport);
    this.#grid.append(viewport);
    viewport.begin(room);
    viewport.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes(DRAG_TYPE)) return;
      event.preventDefault();
      viewport.classList.add('target');
    });
    viewport.addEventListener('dragleave', () => viewport.classList.remove('target'));
    viewport.addEventListener('drop', (event) => {
      viewport.classList.remove('target');
      const id = event.dataTransfer?.getData(DRAG_TYPE);
      const entry = this.#panel?.entries.find((each) => each.button.dataset.id === id);
      if (!entry) return;
      event.preventDefault();
      const place = this.#viewports.indexOf(viewport);
      this.#activate(place);
      this.#open(entry.series, entry.stack, place);
    });
  }

  /** New viewports begin with the stacks that nobody shows yet, in order. */
  #fillEmpty() {
    const shown = new Set(this.#viewports.map((viewport) => viewport.stack?.id));
    const free = (this.#panel?.entries ?? []).filter(({ stack }) => stack?.kind === 'images' && !shown.has(stack.id));
    for (const viewport of this.#viewports.slice(1)) {
      if (viewport.stack) continue;
      const next = free.shift();
      if (next) viewport.open(next.stack);
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || document.querySelector('dialog[open], .menu')) return;
    if (target?.closest('input:not([type="range"]), select, textarea')) return;
    const command = commandOf(event);
    if (!command) return;
    // A button that has the focus is pressed by the space bar; a slider moves by arrows itself.
    if (command === 'play' && target?.closest('button, a')) return;
    if (target?.matches('input[type="range"]') && !target.closest('iso-viewport')) return;
    if (this.#command(command)) event.preventDefault();
  }

  /** @param {string} command @returns {boolean} whether it was one */
  #command(command) {
    if (this.#viewports.length === 0) return false;
    const [name = '', value = ''] = command.split(':');
    switch (name) {
      case 'tool':
        this.#tool = /** @type {Tool} */ (value);
        this.#fingerTool = this.#tool;
        this.dataset.tool = value;
        this.#tools?.show(this.#tool);
        return true;
      case 'layout': this.#arrange(Number(value) - 1); return true;
      case 'preset': {
        const preset = presetChoices(this.#viewport).find((each) => String(each.number) === value);
        if (preset) this.#viewport.choose(preset.choice);
        return preset !== undefined;
      }
      case 'tags': void this.#showTags(this.#viewport); return true;
      case 'overlay': this.classList.toggle('bare'); return true;
      case 'panel': this.classList.toggle('without-panel'); return true;
      case 'keys': showDialog({ title: text('viewer.keys'), wide: true, content: keysDialogContent() }); return true;
      case 'nextViewport': this.#activate((this.#active + 1) % this.#viewports.length); return true;
      case 'previousViewport':
        this.#activate((this.#active + this.#viewports.length - 1) % this.#viewports.length);
        return true;
      case 'nextSeries': this.#step(1); return true;
      case 'previousSeries': this.#step(-1); return true;
      default: return this.#viewport.command(command);
    }
  }

  /**
   * Opens the series before or after the one shown.
   *
   * @param {1 | -1} step
   */
  #step(step) {
    const entries = this.#panel?.entries ?? [];
    const place = entries.findIndex(({ stack }) => stack !== undefined && stack.id === this.#viewport.stack?.id);
    const next = entries[place + step];
    if (!next) return;
    this.#open(next.series, next.stack, this.#active);
    next.button.scrollIntoView({ block: 'nearest' });
  }

  /** @param {IsoViewport} viewport */
  async #showTags(viewport) {
    const { instance } = viewport;
    if (instance) await showTagBrowser(instance);
  }
}

customElements.define('iso-viewer', IsoViewer);

function backLink() {
  return h('a', { class: 'button', href: '/studies' }, text('viewer.back'));
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof Unreachable || (error instanceof Refusal && [429, 502, 503, 504].includes(error.status));
}
