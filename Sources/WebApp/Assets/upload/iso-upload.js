/** What somebody sees of uploading: where to drop, and a panel that stays while they go on working. */

import { showDialog } from '/parts/dialog.js';
import { h, part, sheet } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { locale, text } from '/text/catalogue.js';
import { filesOfEntries, filesOfList } from '/upload/collect.js';
import { maximumFiles, report, Upload } from '/upload/upload.js';

await sheet('/upload/upload.css');

/** Files that are shown one by one; the report has all. */
const shownResults = 200;

/** @type {HTMLElement | null} */
let dropPlace = null;

/** Shows, while files are dragged over the window, that they can be dropped. */
export function showDropPlace() {
  if (dropPlace) return;
  dropPlace = part('iso-drop', {}, h('div', {}, icon('upload'), h('p', {}, text('upload.drop'))));
  document.body.append(dropPlace);
  const away = () => {
    dropPlace?.remove();
    dropPlace = null;
  };
  dropPlace.addEventListener('dragleave', away);
  document.addEventListener('drop', away, { once: true, capture: true });
}

/** Asks for files or a folder. */
export function chooseUpload() {
  /** @param {boolean} isFolder */
  const input = (isFolder) => {
    const field = h('input', { type: 'file', multiple: true, class: 'unseen', tabIndex: -1, 'aria-hidden': 'true' });
    if (isFolder) field.setAttribute('webkitdirectory', '');
    field.addEventListener('change', () => {
      const files = [...field.files ?? []];
      dialog.close();
      if (files.length > 0) begin(filesOfList(files));
    });
    return field;
  };
  const files = input(false);
  const folder = input(true);
  const dialog = showDialog({
    title: text('upload.choose'),
    content: [
      h('p', { class: 'quiet' }, text('upload.drop')),
      h('div', { class: 'choose' },
        h('button', { class: 'button primary', type: 'button', onclick: () => files.click() }, icon('file'),
          text('upload.files')),
        h('button', { class: 'button', type: 'button', onclick: () => folder.click() }, icon('folder'),
          text('upload.folder'))),
      files, folder,
    ],
  });
}

/** @param {(FileSystemEntry | File | null)[]} entries */
export function uploadEntries(entries) {
  begin(filesOfEntries(entries));
}

/** @param {AsyncIterable<import('/upload/collect.js').Found>} files */
function begin(files) {
  const panel = part('iso-upload');
  document.body.append(panel);
  show(panel, new Upload(files));
}

/**
 * @param {HTMLElement} panel
 * @param {Upload} upload
 */
function show(panel, upload) {
  const title = h('h2', {});
  const bar = h('div', { class: 'bar', role: 'progressbar', 'aria-label': text('upload.progress'), 'aria-valuemin': 0,
    'aria-valuemax': 100 }, h('span'));
  const tally = h('ul', { class: 'tally' });
  const list = h('ul', { class: 'results', tabIndex: 0, 'aria-label': text('upload.results') });
  const pause = h('button', { class: 'button small', type: 'button' });
  const cancel = h('button', { class: 'button small', type: 'button', onclick: () => upload.cancel() }, icon('close'),
    text('upload.cancel'));
  const download = h('button', { class: 'button small', type: 'button', onclick: () => save(upload) }, icon('download'),
    text('upload.report'));
  const close = h('button', { class: 'button plain icon small', type: 'button', 'aria-label': text('upload.close'),
    hidden: true, onclick: () => panel.remove() }, icon('close'));
  pause.addEventListener('click', () => (upload.state === 'running' ? upload.pause() : upload.resume()));
  panel.replaceChildren(
    h('section', { 'aria-label': text('upload.title') },
      h('header', {}, title, close), bar, tally, list, h('footer', {}, pause, cancel, download)));
  panel.querySelector('header')?.setAttribute('role', 'none');

  const stay = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
  window.addEventListener('beforeunload', stay);
  let isDrawn = false;
  let listed = 0;
  const draw = () => {
    isDrawn = false;
    const done = upload.results.length;
    const count = upload.found;
    title.textContent = headline(upload, done, count);
    const share = count === 0 ? 0 : Math.floor((done / count) * 100);
    bar.setAttribute('aria-valuenow', String(share));
    /** @type {HTMLElement} */ (bar.firstElementChild).style.setProperty('--part', `${share}%`);
    const numbers = upload.tally;
    tally.replaceChildren(...outcomes.filter((kind) => numbers[kind] > 0).map((kind) => h('li', {},
      h('span', { class: `tag ${colours[kind]}` }, numbers[kind].toLocaleString(locale)), text(`upload.outcome.${kind}`))));
    listed = drawResults(list, upload, listed);
    pause.hidden = upload.isOver;
    cancel.hidden = upload.isOver;
    pause.replaceChildren(
      icon(upload.state === 'running' ? 'pause' : 'play'),
      text(upload.state === 'running' ? 'upload.pause' : 'upload.resume'));
    close.hidden = !upload.isOver;
    download.hidden = done === 0;
    if (upload.isOver) window.removeEventListener('beforeunload', stay);
  };
  upload.addEventListener('change', () => {
    if (isDrawn) return;
    isDrawn = true;
    requestAnimationFrame(draw);
  });
  draw();
}

const outcomes = /** @type {const} */ (['stored', 'known', 'aside', 'refused', 'skipped']);
const colours = { stored: 'good', known: '', aside: 'warn', refused: 'bad', skipped: '' };

/**
 * @param {Upload} upload
 * @param {number} done
 * @param {number} count
 */
function headline(upload, done, count) {
  switch (upload.state) {
    case 'done':
      if (upload.hasTooMany) return text('upload.tooMany', { count: maximumFiles });
      return count === 0 ? text('upload.nothing') : text('upload.done', { count: done });
    case 'cancelled': return text('upload.cancelled', { done, count });
    case 'paused': return text('upload.paused', { done, count });
    case 'waiting': return text('upload.waiting');
    case 'full': return text('upload.full');
    default: return count === 0 ? text('upload.reading') : text('upload.running', { done, count });
  }
}

/**
 * Adds what has become of files since the last time, where somebody may want to know why.
 *
 * @param {HTMLElement} list
 * @param {Upload} upload
 * @param {number} listed
 */
function drawResults(list, upload, listed) {
  for (const result of upload.results.slice(listed)) {
    if (result.kind === 'stored' || result.kind === 'known') continue;
    if (list.childElementCount < shownResults) {
      list.append(h('li', {},
        h('span', { class: `tag ${colours[result.kind]}` }, text(`upload.outcome.${result.kind}`)),
        h('div', {}, h('div', { class: 'name' }, h('bdi', {}, result.name)),
          result.why && h('div', { class: 'quiet' }, text(result.why, { code: result.code ?? '' })))));
    } else if (list.childElementCount === shownResults) {
      const others = upload.results.filter((each) => each.kind !== 'stored' && each.kind !== 'known').length - shownResults;
      list.append(h('li', { class: 'quiet' }, text('upload.more', { count: others })));
    }
  }
  list.hidden = list.childElementCount === 0;
  return upload.results.length;
}

/** @param {Upload} upload */
function save(upload) {
  const address = URL.createObjectURL(new Blob(['\ufeff', report(upload.results, text)], { type: 'text/csv' }));
  const link = h('a', { href: address, download: text('upload.csv.name') });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  if (upload.results.length === 0) toast(text('upload.nothing'));
}
