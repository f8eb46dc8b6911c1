/** A rule as a form: conditions, what it would have done, and only then the switch. */

import { explain, sendJSON } from '/data/api.js';
import { showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { shortly, words } from './format.js';
import { choices, chosen, field, table, typed, working } from './page.js';
import { studyName } from './studies.js';

/** @typedef {{ attribute: string, matches: string }} AttributeCondition */
/**
 * @typedef {object} Conditions
 * @property {string[]} [sources]
 * @property {string[]} [sites]
 * @property {string[]} [modalities]
 * @property {AttributeCondition[]} [attributes]
 * @property {{ from: string, to: string }} [time]
 * @property {string[]} [weekdays]
 */
/**
 * @typedef {{ id: string, version: number, name: string, enabled: boolean, when: Conditions, trigger: 'onArrival' | 'onCompletion',
 *   to: string[], includeImports: boolean, sites?: string[] }} Rule
 */
/** @typedef {{ study: string, at: string, sites: string[], modalities: string[], instances: number, destinations: string[] }} Matched */
/** @typedef {{ studies: Matched[], matched: number, instances: number, examined: number, isPartial: boolean, since: string }} Outcome */

/** Rows of a dry run that are shown. */
const mostRows = 50;
const weekdays = /** @type {const} */ (['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

/**
 * @param {Rule | undefined} rule
 * @param {string[]} destinations
 * @param {() => Promise<unknown>} saved
 */
export function editRule(rule, destinations, saved) {
  const when = rule?.when ?? {};
  const attributes = h('div', { class: 'attribute-rows' });
  const addAttribute = (/** @type {AttributeCondition} */ condition) => attributes.append(attributeRow(condition));
  for (const condition of when.attributes ?? []) addAttribute(condition);
  const result = h('div', { class: 'dry-run', 'aria-live': 'polite' });
  const message = h('p', { class: 'complaint', role: 'alert' });
  const tryOut = h('button', { class: 'button', type: 'button' }, icon('search'), text('control.tryRule'));
  const saveOff = h('button', { class: 'button', type: 'button' }, text('control.saveOff'));
  const switchOn = h('button', { class: 'button primary', type: 'button', disabled: true }, text('control.saveOn'));
  const form = h('form', { class: 'control-form' },
    field(text('control.name'), { name: 'name', required: true, maxLength: 100, value: rule?.name ?? '' }),
    h('fieldset', { class: 'group' }, h('legend', {}, text('control.conditions')),
      h('p', { class: 'hint' }, text('control.conditionsWhy')),
      h('div', { class: 'pair' },
        field(text('control.modalities'), { name: 'modalities', value: (when.modalities ?? []).join(', '), placeholder: 'CT, MR' }),
        field(text('control.sourceNames'), { name: 'sources', value: (when.sources ?? []).join(', ') })),
      h('div', { class: 'pair' },
        field(text('control.siteNames'), { name: 'sites', value: (when.sites ?? []).join(', ') }),
        h('div', { class: 'pair' },
          field(text('control.timeFrom'), { name: 'from', type: 'time', value: when.time?.from ?? '' }),
          field(text('control.timeTo'), { name: 'to', type: 'time', value: when.time?.to ?? '' }))),
      choices(text('control.weekdays'), 'weekdays', weekdays.map((weekday) => ({
        value: weekday, label: weekdayText(weekday), checked: when.weekdays?.includes(weekday) === true }))),
      attributes,
      h('button', { class: 'button small plain', type: 'button', onclick: () => addAttribute({ attribute: '', matches: '' }) },
        icon('plus'), text('control.addAttribute'))),
    h('div', { class: 'pair' },
      choices(text('control.to'), 'destinations', destinations.map((name) => ({
        value: name, label: name, checked: rule ? rule.to.includes(name) : destinations.length === 1 }))),
      choices(text('control.trigger'), 'trigger', [
        { value: 'onCompletion', label: text('control.trigger.onCompletion'), checked: rule?.trigger !== 'onArrival' },
        { value: 'onArrival', label: text('control.trigger.onArrival'), checked: rule?.trigger === 'onArrival' },
      ], 'radio')),
    h('label', { class: 'choice' },
      h('input', { type: 'checkbox', name: 'imports', checked: rule?.includeImports === true }), text('control.includeImports')),
    h('div', { class: 'dry-run-head' }, tryOut, h('span', { class: 'hint' }, text('control.tryRuleWhy'))),
    result, message,
    h('div', { class: 'form-actions' },
      h('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, text('shell.cancel')), saveOff, switchOn));
  const dialog = showDialog({
    title: rule ? text('control.editRule', { name: rule.name }) : text('control.addRule'), content: [form], wide: true,
  });

  const asked = () => asRule(form, attributes, rule?.sites);
  let turn = 0;
  // What was tried is no longer what would be switched on.
  form.addEventListener('input', () => {
    turn += 1;
    switchOn.disabled = true;
    if (result.childElementCount > 0) result.replaceChildren(h('p', { class: 'quiet' }, text('control.tryAgain')));
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  tryOut.addEventListener('click', () => void working(tryOut, async () => {
    if (!form.reportValidity()) return;
    message.textContent = '';
    turn += 1;
    const mine = turn;
    try {
      const outcome = /** @type {Outcome} */ (await sendJSON('POST', '/api/v1/rules/dry-run', { rule: asked(), limit: 1000 }));
      const shown = await outcomeTable(outcome);
      if (mine !== turn || !dialog.open) return;
      result.replaceChildren(...shown);
      switchOn.disabled = asked().to.length === 0;
      if (switchOn.disabled) message.textContent = text('control.noDestinationChosen');
      result.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      message.textContent = explain(error);
    }
  }));

  /** @param {boolean} enabled */
  const save = async (enabled) => {
    if (!form.reportValidity()) return;
    message.textContent = '';
    try {
      const body = { ...asked(), enabled };
      if (rule) await sendJSON('PUT', `/api/v1/rules/${encodeURIComponent(rule.id)}`, { ...body, version: rule.version });
      else await sendJSON('POST', '/api/v1/rules', body);
      dialog.close();
      toast(enabled ? text('control.ruleOn', { name: body.name }) : text('control.ruleSaved', { name: body.name }), 'good');
      await saved();
    } catch (error) {
      message.textContent = explain(error);
    }
  };
  saveOff.addEventListener('click', () => void working(saveOff, () => save(false)));
  switchOn.addEventListener('click', () => void working(switchOn, () => save(true)));
  const name = form.querySelector('input');
  name?.focus();
}

/** @param {AttributeCondition} condition */
function attributeRow({ attribute, matches }) {
  const row = h('div', { class: 'attribute-row' },
    field(text('control.attribute'), { name: 'attribute', required: true, value: attribute, placeholder: 'StudyDescription', class: 'input mono' }),
    field(text('control.matches'), { name: 'matches', required: true, value: matches, placeholder: '*CHEST*' }),
    h('button', { class: 'button small plain icon', type: 'button', 'aria-label': text('control.remove'), onclick: () => {
      row.dispatchEvent(new Event('input', { bubbles: true }));
      row.remove();
    } }, icon('close')));
  return row;
}

/** @param {HTMLFormElement} form @param {HTMLElement} attributes @param {string[] | undefined} sites */
function asRule(form, attributes, sites) {
  /** @type {Conditions} */
  const when = {};
  const modalities = words(typed(form, 'modalities')).map((word) => word.toUpperCase());
  if (modalities.length > 0) when.modalities = modalities;
  const sources = words(typed(form, 'sources'));
  if (sources.length > 0) when.sources = sources;
  const places = words(typed(form, 'sites'));
  if (places.length > 0) when.sites = places;
  const days = chosen(form, 'weekdays');
  if (days.length > 0) when.weekdays = days;
  if (typed(form, 'from') !== '' && typed(form, 'to') !== '') when.time = { from: typed(form, 'from'), to: typed(form, 'to') };
  const conditions = [...attributes.children].map((row) => {
    const [attribute, matches] = row.querySelectorAll('input');
    return { attribute: attribute?.value.trim() ?? '', matches: matches?.value.trim() ?? '' };
  });
  if (conditions.length > 0) when.attributes = conditions;
  return {
    name: typed(form, 'name'), when, trigger: typed(form, 'trigger'), to: chosen(form, 'destinations'),
    includeImports: chosen(form, 'imports').length > 0, sites,
  };
}

/** @param {Outcome} outcome @returns {Promise<HTMLElement[]>} */
async function outcomeTable(outcome) {
  const summary = h('p', {}, text('control.dryRun', {
    matched: outcome.matched, examined: outcome.examined, instances: outcome.instances, since: shortly(outcome.since) }));
  const partial = outcome.isPartial ? [h('p', { class: 'quiet' }, text('control.dryRunPartial'))] : [];
  if (outcome.studies.length === 0) return [summary, ...partial];
  const ending = new AbortController();
  const names = await Promise.all(outcome.studies.slice(0, mostRows).map(({ study }) => studyName(study, ending.signal)));
  return [summary, ...partial, table(text('control.tryRule'), [
    text('control.study'), text('control.modalities'), text('control.site'), text('control.arrived'), text('control.images'),
    text('control.to'),
  ], outcome.studies.slice(0, mostRows).map((row, index) => ({
    cells: [
      names[index]?.name || text('control.nameless'), row.modalities.join(', '), row.sites.join(', '), shortly(row.at),
      String(row.instances), row.destinations.join(', '),
    ],
  })), [4])];
}

/** @param {(typeof weekdays)[number]} weekday */
function weekdayText(weekday) {
  switch (weekday) {
    case 'monday': return text('control.monday');
    case 'tuesday': return text('control.tuesday');
    case 'wednesday': return text('control.wednesday');
    case 'thursday': return text('control.thursday');
    case 'friday': return text('control.friday');
    case 'saturday': return text('control.saturday');
    default: return text('control.sunday');
  }
}
