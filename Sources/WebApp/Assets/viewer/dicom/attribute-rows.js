/**
 * A data set as a list of rows for people: nested attributes follow the sequence they are in, deeper.
 *
 * @typedef {import('./data-set.js').DataSet} DataSet
 * @typedef {object} AttributeRow
 * @property {number} depth
 * @property {string} tag
 * @property {string} name
 * @property {string} vr
 * @property {string} value a text; a number of items, of an item or of bytes
 * @property {'value' | 'items' | 'item' | 'bytes' | 'bulk'} kind
 * @property {string} haystack what a search looks into, in lower case
 */

/** Characters of a value that are shown. */
const MOST_CHARACTERS = 512;
/** Rows of a data set; a multi-frame object can have millions. */
const MOST_ROWS = 20_000;

/**
 * @param {DataSet} dataSet
 * @param {(tag: string) => string} nameOf
 * @returns {AttributeRow[]}
 */
export function attributeRows(dataSet, nameOf) {
  /** @type {AttributeRow[]} */
  const rows = [];
  /** @param {DataSet} level @param {number} depth */
  const add = (level, depth) => {
    for (const tag of Object.keys(level.json).sort()) {
      if (rows.length >= MOST_ROWS) return;
      const element = level.json[tag];
      const name = nameOf(tag);
      const { kind, value } = valueOf(element);
      rows.push({
        depth, tag, name, vr: element.vr, value, kind,
        haystack: `${tag} ${name} ${name.replace(/\W/g, '')} ${kind === 'value' ? value : ''}`.toLowerCase(),
      });
      if (kind !== 'items') continue;
      level.items(tag).forEach((item, index) => {
        const number = String(index + 1);
        rows.push({ depth: depth + 1, tag, name: '', vr: '', value: number, kind: 'item', haystack: '' });
        add(item, depth + 2);
      });
    }
  };
  add(dataSet, 0);
  return rows;
}

/**
 * @param {import('./data-set.js').JSONElement} element
 * @returns {Pick<AttributeRow, 'kind' | 'value'>}
 */
function valueOf(element) {
  if (element.BulkDataURI !== undefined) return { kind: 'bulk', value: '' };
  if (element.InlineBinary !== undefined) {
    return { kind: 'bytes', value: String(Math.floor((element.InlineBinary.replace(/=+$/, '').length * 3) / 4)) };
  }
  const values = element.Value ?? [];
  if (element.vr === 'SQ') return { kind: 'items', value: String(values.length) };
  const shown = values.map((value) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'object') return Object.values(value).join(' = ');
    return String(value);
  }).join(' \\ ');
  return { kind: 'value', value: shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown };
}
