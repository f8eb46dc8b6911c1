import { showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { text } from '/text/catalogue.js';
import { attributeRows } from '../dicom/attribute-rows.js';

/** Rows that are shown at a time. */
const MOST_ROWS = 500;

/**
 * Shows every attribute of an instance, nested ones indented, with a search over tags, names and values.
 *
 * @param {import('../dicom/instance.js').Instance} instance
 * @returns {Promise<HTMLDialogElement>}
 */
export async function showTagBrowser(instance) {
  const { nameOf } = await import('../dicom/dictionary.js');
  const rows = attributeRows(instance.dataSet, nameOf);
  const search = h('input', { class: 'input', type: 'search', placeholder: text('viewer.tagSearch'),
    'aria-label': text('viewer.tagSearch'), autocomplete: 'off', spellcheck: false, autofocus: true });
  const count = h('p', { class: 'quiet', role: 'status' });
  const body = h('tbody', {});
  const columns = /** @type {const} */ (['viewer.tagTag', 'viewer.tagName', 'viewer.tagVR', 'viewer.tagValue']);

  const show = () => {
    const words = search.value.trim().toLowerCase().replace(/[(),]/g, '').split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => words.every((word) => row.haystack.includes(word)));
    body.replaceChildren(...found.slice(0, MOST_ROWS).map(rowElement));
    const more = found.length > MOST_ROWS ? ` ${text('viewer.tagMore', { count: MOST_ROWS })}` : '';
    count.textContent = `${text('viewer.tagCount', { count: found.length })}.${more}`;
  };
  search.addEventListener('input', show);
  show();
  const dialog = showDialog({
    title: text('viewer.tags'),
    wide: true,
    content: [
      h('p', { class: 'quiet mono' }, instance.uid), search, count,
      h('div', { class: 'attributes', tabIndex: 0 }, h('table', {},
        h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col' }, text(name))))), body)),
    ],
  });
  dialog.classList.add('tag-browser');
  search.focus();
  return dialog;
}

/** @param {import('../dicom/attribute-rows.js').AttributeRow} row */
function rowElement({ depth, tag, name, vr, value, kind }) {
  const said = kind === 'item' ? text('viewer.tagItem', { number: value })
    : kind === 'items' ? text('viewer.tagItems', { count: Number(value) })
      : kind === 'bytes' ? text('viewer.tagBytes', { count: Number(value) })
        : kind === 'bulk' ? text('viewer.tagBulk') : value;
  const first = h('td', { class: 'mono' }, kind === 'item' ? '' : `(${tag.slice(0, 4)},${tag.slice(4)})`);
  first.style.setProperty('--depth', String(depth));
  return h('tr', { class: kind }, first, h('td', {}, kind === 'item' ? said : name || text('viewer.tagPrivate')),
    h('td', { class: 'mono' }, vr), h('td', { class: 'value' }, kind === 'item' ? '' : said));
}
