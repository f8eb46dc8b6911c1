/** A profile as a form: what is asked of a source and believed of it, what that would have meant, and then the switch. */

import { explain, sendJSON } from '/data/api.js';
import { showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { deviationText } from './deviations.js';
import { number, words } from './format.js';
import { field, table, typed, working } from './page.js';

/**
 * @typedef {{ name?: string, site?: string, channel?: string, manufacturer?: string, model?: string, station?: string }} Whom
 * @typedef {{ attribute: string, type: number, modalities?: string[], sopClasses?: string[] }} Required
 * @typedef {{ attribute: string, patterns?: string[], isPersonName?: boolean }} Naming
 * @typedef {{ expected?: string[], whenMissing?: string, aliases?: Record<string, string>, always?: string }} CharacterSet
 * @typedef {{ attribute: string, set?: string, setIfEmpty?: string, map?: Record<string, string>, copyIfEmpty?: string,
 *   removePrefix?: string, removeSuffix?: string, addPrefix?: string, upperCase?: boolean, tidy?: boolean,
 *   modalities?: string[] }} Coercion
 * @typedef {{ name: string, source: Whom, required?: Required[], characterSet?: CharacterSet, naming?: Naming[],
 *   transferSyntaxes?: string[], holdsToStandard?: boolean, coercions?: Coercion[] }} Asked
 * @typedef {Asked & { id: string, version: number, on?: number,
 *   tried?: { version: number, at: string, examined: number, deviating: number, coerced: number } }} Profile
 * @typedef {{ examined: number, deviating: number, coerced: number, isPartial: boolean,
 *   deviations: { deviation: string, count: number, example: string }[],
 *   changes: { attribute: string, stated: string, believed: string, count: number, example: string }[] }} Outcome
 */

const ways = /** @type {const} */ ([
  'setIfEmpty', 'set', 'map', 'copyIfEmpty', 'removePrefix', 'removeSuffix', 'addPrefix', 'upperCase', 'tidy',
]);
/** @typedef {(typeof ways)[number]} Way */

/** Rows of an outcome that are shown. */
const mostRows = 50;

/**
 * @param {Partial<Profile>} profile what is known of it; one without an id is new
 * @param {string[]} names of sources there are
 * @param {() => Promise<unknown>} saved
 */
export function editProfile(profile, names, saved) {
  const { source = {}, characterSet = {} } = profile;
  const required = rows(profile.required ?? [], requiredRow);
  const naming = rows(profile.naming ?? [], namingRow);
  const coercions = rows(profile.coercions ?? [], coercionRow);
  const result = h('div', { class: 'dry-run', 'aria-live': 'polite' });
  const message = h('p', { class: 'complaint', role: 'alert' });
  const tryOut = h('button', { class: 'button', type: 'button' }, icon('search'), text('sources.try'));
  const saveOff = h('button', { class: 'button', type: 'button' }, text('control.save'));
  const switchOn = h('button', { class: 'button primary', type: 'button', disabled: true }, text('control.saveOn'));
  const form = h('form', { class: 'control-form' },
    field(text('control.name'), { name: 'name', required: true, maxLength: 100, value: profile.name ?? '' }),
    group(text('sources.whom'),
      h('div', { class: 'pair' },
        field(text('sources.source'), { name: 'source', value: source.name ?? '', list: 'source-names', maxLength: 64, class: 'input mono' }, text('sources.sourceHint')),
        field(text('control.site'), { name: 'site', value: source.site ?? '', maxLength: 64 })),
      h('datalist', { id: 'source-names' }, names.map((name) => h('option', { value: name }))),
      h('div', { class: 'pair' },
        field(text('sources.manufacturer'), { name: 'manufacturer', value: source.manufacturer ?? '', maxLength: 64 }),
        field(text('sources.model'), { name: 'model', value: source.model ?? '', maxLength: 64 })),
      field(text('sources.station'), { name: 'station', value: source.station ?? '', maxLength: 64 })),
    group(text('sources.required'), required,
      more(text('sources.addRequired'), () => required.append(requiredRow({ attribute: '', type: 1 })))),
    group(text('sources.names'), h('p', { class: 'hint' }, text('sources.patternsHint')), naming,
      more(text('sources.addNaming'), () => naming.append(namingRow({ attribute: '' })))),
    group(text('sources.texts'),
      h('div', { class: 'pair' },
        field(text('sources.expected'), { name: 'expected', value: (characterSet.expected ?? []).join(', '), placeholder: 'ISO_IR 192' }, text('sources.expectedHint')),
        field(text('sources.whenMissing'), { name: 'whenMissing', value: characterSet.whenMissing ?? '' }, text('sources.encodingHint'))),
      h('div', { class: 'pair' },
        area(text('sources.aliases'), 'aliases', lines(characterSet.aliases), text('sources.aliasesHint')),
        field(text('sources.always'), { name: 'always', value: characterSet.always ?? '' }, text('sources.encodingHint')))),
    field(text('sources.transferSyntaxes'), { name: 'transferSyntaxes', value: (profile.transferSyntaxes ?? []).join(', '), class: 'input mono', placeholder: '1.2.840.10008.1.2.1' }),
    h('label', { class: 'choice' },
      h('input', { type: 'checkbox', name: 'standard', checked: profile.holdsToStandard === true }), text('sources.standardHeld')),
    group(text('sources.coercions'), h('p', { class: 'hint' }, text('sources.coercionsWhy')), coercions,
      more(text('sources.addCoercion'), () => coercions.append(coercionRow({ attribute: '', setIfEmpty: '' })))),
    h('div', { class: 'dry-run-head' }, tryOut, h('span', { class: 'hint' }, text('sources.tryWhy'))),
    result, message,
    h('div', { class: 'form-actions' },
      h('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, text('shell.cancel')), saveOff, switchOn));
  const dialog = showDialog({
    title: profile.id ? text('sources.editProfile', { name: profile.name ?? '' }) : text('sources.addProfile'),
    content: [form], wide: true,
  });

  /** @returns {Asked} */
  const asked = () => ({
    ...asProfile(form, source.channel), ...listed('required', required, asRequired), ...listed('naming', naming, asNaming),
    ...listed('coercions', coercions, asCoercion),
  });
  let turn = 0;
  // What was tried is no longer what would be switched on.
  form.addEventListener('input', () => {
    turn += 1;
    switchOn.disabled = true;
    if (result.childElementCount > 0) result.replaceChildren(h('p', { class: 'quiet' }, text('sources.tryAgain')));
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  tryOut.addEventListener('click', () => void working(tryOut, async () => {
    if (!form.reportValidity()) return;
    message.textContent = '';
    turn += 1;
    const mine = turn;
    try {
      const outcome = /** @type {Outcome} */ (await sendJSON('POST', '/api/v1/source-profiles/try', { profile: asked() }));
      if (mine !== turn || !dialog.open) return;
      result.replaceChildren(...outcomeParts(outcome));
      switchOn.disabled = false;
      result.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      message.textContent = explain(error);
    }
  }));

  /** @param {boolean} isOn */
  const save = async (isOn) => {
    if (!form.reportValidity()) return;
    message.textContent = '';
    try {
      const body = asked();
      const kept = /** @type {Profile} */ (profile.id
        ? await sendJSON('PUT', `/api/v1/source-profiles/${encodeURIComponent(profile.id)}`, { ...body, version: profile.version })
        : await sendJSON('POST', '/api/v1/source-profiles', body));
      // What fails from here on is tried again with what is kept now.
      Object.assign(profile, kept);
      if (isOn) {
        const path = `/api/v1/source-profiles/${encodeURIComponent(kept.id)}`;
        // The server asks for a trial of what it keeps.
        await sendJSON('POST', `${path}/try`, {});
        await sendJSON('POST', `${path}/on`, { version: kept.version });
      }
      dialog.close();
      toast(isOn ? text('sources.switchedOn', { name: body.name }) : text('sources.saved', { name: body.name }), 'good');
      await saved();
    } catch (error) {
      message.textContent = explain(error);
    }
  };
  saveOff.addEventListener('click', () => void working(saveOff, () => save(false)));
  switchOn.addEventListener('click', () => void working(switchOn, () => save(true)));
  form.querySelector('input')?.focus();
}

// Rows.

/**
 * @template Value
 * @param {Value[]} values
 * @param {(value: Value) => HTMLElement} row
 */
function rows(values, row) {
  return h('div', { class: 'attribute-rows' }, values.map(row));
}

/** @param {HTMLElement} row */
function remover(row) {
  return h('button', { class: 'button small plain icon', type: 'button', 'aria-label': text('control.remove'), onclick: () => {
    row.dispatchEvent(new Event('input', { bubbles: true }));
    row.remove();
  } }, icon('close'));
}

/** @param {string} value */
function attributeField(value) {
  return field(text('sources.attribute'), { name: 'attribute', required: true, value, placeholder: 'AccessionNumber', class: 'input mono' });
}

/** @param {Required} required */
function requiredRow({ attribute, type, modalities = [], sopClasses = [] }) {
  const row = h('div', { class: 'attribute-row four' });
  row.append(attributeField(attribute),
    h('label', { class: 'field' }, text('sources.type'), h('select', { class: 'input', name: 'type' },
      h('option', { value: '1', selected: type === 1 }, text('sources.type1')),
      h('option', { value: '2', selected: type === 2 }, text('sources.type2')))),
    field(text('sources.ofModalities'), { name: 'modalities', value: modalities.join(', '), placeholder: 'CT, MR' }),
    h('input', { type: 'hidden', name: 'sopClasses', value: sopClasses.join(',') }), remover(row));
  return row;
}

/** @param {Naming} naming */
function namingRow({ attribute, patterns = [], isPersonName }) {
  const row = h('div', { class: 'attribute-row four' });
  row.append(attributeField(attribute),
    field(text('sources.patterns'), { name: 'patterns', value: patterns.join(', '), placeholder: 'A#######' }),
    h('label', { class: 'choice' }, h('input', { type: 'checkbox', name: 'isPersonName', checked: isPersonName === true }), text('sources.personName')),
    remover(row));
  return row;
}

/** @param {Coercion} coercion */
function coercionRow(coercion) {
  const row = h('div', { class: 'attribute-row four' });
  const present = ways.find((way) => coercion[way] !== undefined) ?? 'setIfEmpty';
  const place = h('div', {});
  const select = h('select', { class: 'input', name: 'way' },
    ways.map((way) => h('option', { value: way, selected: way === present }, text(`sources.way.${way}`))));
  const change = () => {
    const way = /** @type {Way} */ (select.value);
    const value = coercion[way];
    switch (way) {
      case 'upperCase':
      case 'tidy': place.replaceChildren(); break;
      case 'map': place.replaceChildren(area(text('sources.value'), 'value', lines(coercion.map), text('sources.mapHint'), true)); break;
      default: place.replaceChildren(field(text('sources.value'), { name: 'value', value: typeof value === 'string' ? value : '', required: way !== 'set' }));
    }
  };
  select.addEventListener('change', change);
  change();
  row.append(attributeField(coercion.attribute), h('label', { class: 'field' }, text('sources.way'), select), place,
    h('input', { type: 'hidden', name: 'modalities', value: (coercion.modalities ?? []).join(',') }), remover(row));
  return row;
}

/** @param {Element} row @param {string} name */
function value(row, name) {
  const input = row.querySelector(`[name=${name}]`);
  return input instanceof HTMLInputElement || input instanceof HTMLSelectElement || input instanceof HTMLTextAreaElement
    ? input.value.trim() : '';
}

/** @param {Element} row @returns {Required} */
function asRequired(row) {
  const modalities = words(value(row, 'modalities')).map((word) => word.toUpperCase());
  const sopClasses = words(value(row, 'sopClasses'));
  return {
    attribute: value(row, 'attribute'), type: Number(value(row, 'type')), ...(modalities.length > 0 && { modalities }),
    ...(sopClasses.length > 0 && { sopClasses }),
  };
}

/** @param {Element} row @returns {Naming} */
function asNaming(row) {
  const patterns = words(value(row, 'patterns'));
  return {
    attribute: value(row, 'attribute'), ...(patterns.length > 0 && { patterns }),
    ...(row.querySelector('[name=isPersonName]:checked') && { isPersonName: true }),
  };
}

/** @param {Element} row @returns {Coercion} */
function asCoercion(row) {
  const way = /** @type {Way} */ (value(row, 'way'));
  const modalities = words(value(row, 'modalities'));
  const what = way === 'upperCase' || way === 'tidy' ? true : way === 'map' ? pairs(value(row, 'value')) : value(row, 'value');
  return { attribute: value(row, 'attribute'), [way]: what, ...(modalities.length > 0 && { modalities }) };
}

/**
 * @template Value
 * @param {string} name
 * @param {HTMLElement} place
 * @param {(row: Element) => Value} read
 * @returns {Record<string, Value[]>}
 */
function listed(name, place, read) {
  return place.childElementCount === 0 ? {} : { [name]: [...place.children].map(read) };
}

/**
 * @param {HTMLFormElement} form
 * @param {string | undefined} channel which the form does not show
 * @returns {Asked}
 */
function asProfile(form, channel) {
  /** @type {Whom} */
  const source = channel === undefined ? {} : { channel };
  /** @type {[keyof Whom, string][]} */
  const parts = [['name', 'source'], ['site', 'site'], ['manufacturer', 'manufacturer'], ['model', 'model'], ['station', 'station']];
  for (const [key, name] of parts) if (typed(form, name) !== '') source[key] = typed(form, name);
  /** @type {CharacterSet} */
  const characterSet = {};
  const expected = words(typed(form, 'expected'));
  if (expected.length > 0) characterSet.expected = expected;
  if (typed(form, 'whenMissing') !== '') characterSet.whenMissing = typed(form, 'whenMissing');
  if (typed(form, 'always') !== '') characterSet.always = typed(form, 'always');
  const aliases = pairs(typed(form, 'aliases'));
  if (Object.keys(aliases).length > 0) characterSet.aliases = aliases;
  const transferSyntaxes = words(typed(form, 'transferSyntaxes'));
  return {
    name: typed(form, 'name'), source, ...(Object.keys(characterSet).length > 0 && { characterSet }),
    ...(transferSyntaxes.length > 0 && { transferSyntaxes }),
    ...(typed(form, 'standard') !== '' && { holdsToStandard: true }),
  };
}

// Texts.

/** @param {string} name @param {...(Node | string)} content */
function group(name, ...content) {
  return h('fieldset', { class: 'group' }, h('legend', {}, name), content);
}

/** @param {string} label @param {() => void} add */
function more(label, add) {
  return h('button', { class: 'button small plain', type: 'button', onclick: add }, icon('plus'), label);
}

/** @param {string} label @param {string} name @param {string} value @param {string} hint @param {boolean} [required] */
function area(label, name, value, hint, required = false) {
  return h('label', { class: 'field' }, label,
    h('textarea', { class: 'input', name, rows: 3, value, required, spellcheck: false }), h('span', { class: 'hint' }, hint));
}

/** @param {Record<string, string> | undefined} table */
function lines(table) {
  return Object.entries(table ?? {}).map(([from, to]) => `${from} = ${to}`).join('\n');
}

/** @param {string} written */
function pairs(written) {
  return Object.fromEntries(written.split('\n').filter((line) => line.includes('=')).map((line) => {
    const place = line.indexOf('=');
    return [line.slice(0, place).trim(), line.slice(place + 1).trim()];
  }));
}

/** @param {Outcome} outcome @returns {HTMLElement[]} */
function outcomeParts({ examined, deviating, coerced, deviations, changes, isPartial }) {
  if (examined === 0) return [h('p', {}, text('sources.nothingCame'))];
  /** @type {HTMLElement[]} */
  const parts = [h('p', {}, text('sources.outcome', {
    examined: number(examined), deviating: number(deviating), coerced: number(coerced) })
    + (isPartial ? ` ${text('sources.partial')}` : ''))];
  if (deviations.length > 0) {
    parts.push(table(text('sources.deviating'), [text('sources.deviation'), text('sources.count'), text('sources.example')],
      deviations.slice(0, mostRows).map(({ deviation, count, example }) => ({
        cells: [deviationText(deviation), number(count), h('span', { class: 'mono' }, example)] })), [1]));
  }
  if (changes.length > 0) {
    parts.push(table(text('sources.changes'), [
      text('sources.attribute'), text('sources.stated'), text('sources.believed'), text('sources.count'),
    ], changes.slice(0, mostRows).map(({ attribute, stated, believed, count }) => ({
      cells: [attribute, stated || text('sources.noValue'), believed || text('sources.noValue'), number(count)] })), [3]));
  }
  return parts;
}
