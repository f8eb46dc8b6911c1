/** Where studies can be sent, and which go where. */

import { getJSON, request, sendJSON } from '/data/api.js';
import { session } from '/data/session.js';
import { confirmDanger } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { button, ControlPage, field, fill, formDialog, heading, subheading, table, tag, typed } from './page.js';
import { editRule } from './rule-form.js';

/** @typedef {import('./rule-form.js').Rule} Rule */
/**
 * @typedef {{ name: string, kind: 'dimse' | 'dicomweb', node?: string, aeTitle?: string, host?: string, port?: number,
 *   url?: string, hasToken?: boolean }} Destination
 */

class IsoRules extends ControlPage {
  #place = h('div', { class: 'part' });

  begin() {
    this.#place.replaceChildren();
    this.replaceChildren(heading(text('control.rules'), text('control.rulesWhy')), this.#place);
    void this.#load();
  }

  /** @returns {Promise<void>} */
  #load() {
    const signal = this.signal;
    return fill(this.#place, signal, async () => {
      const [rules, destinations, nodes] = await Promise.all([
        /** @type {Promise<Rule[]>} */ (getJSON('/api/v1/rules', { signal })),
        /** @type {Promise<Destination[]>} */ (getJSON('/api/v1/destinations', { signal })),
        /** @type {Promise<{ aeTitle: string }[]>} */ (getJSON('/api/v1/nodes', { signal })),
      ]);
      return { rules, destinations, nodes: nodes.map((node) => node.aeTitle) };
    }, ({ rules, destinations, nodes }) => [
      this.#rulesPart(rules, destinations.map(({ name }) => name)), this.#destinationsPart(destinations, nodes, rules),
    ]);
  }

  /** @param {Rule[]} rules @param {string[]} destinations */
  #rulesPart(rules, destinations) {
    const edit = (/** @type {Rule | undefined} */ rule) => editRule(rule, destinations, () => this.#load());
    return h('section', { class: 'panel' },
      subheading(text('control.ruleList'), destinations.length > 0
        && button('plus', text('control.addRule'), () => edit(undefined), { kind: 'primary', key: 'add rule' })),
      rules.length === 0
        ? empty('filter', text('control.noRules'), destinations.length === 0 ? text('control.noRulesYet') : text('control.noRulesWhy'))
        : table(text('control.ruleList'), [
          text('control.name'), text('control.when'), text('control.to'), text('control.state'), text('control.actions'),
        ], rules.map((rule) => ({
          class: rule.enabled ? undefined : 'silent',
          cells: [
            h('button', { class: 'link', type: 'button', 'data-key': `rule ${rule.id}`, onclick: () => edit(rule) }, rule.name),
            conditionsText(rule), rule.to.join(', '),
            rule.enabled ? tag(text('control.on'), 'good') : tag(text('control.off')),
            h('div', { class: 'row-actions' },
              rule.enabled
                ? button('pause', text('control.switchOff'), () => this.#switchOff(rule), {
                  key: `off ${rule.id}`, name: text('control.switchOffOf', { name: rule.name }) })
                // Nothing is switched on before it was seen what it does.
                : button('play', text('control.tryAndSwitchOn'), () => edit(rule), {
                  key: `on ${rule.id}`, name: text('control.switchOnOf', { name: rule.name }) }),
              button('trash', text('control.remove'), () => this.#removeRule(rule), {
                key: `remove ${rule.id}`, kind: 'plain', name: text('control.removeOf', { name: rule.name }) })),
          ],
        }))));
  }

  /** @param {Destination[]} destinations @param {string[]} nodes @param {Rule[]} rules */
  #destinationsPart(destinations, nodes, rules) {
    const mayChange = session()?.sites === 'all';
    const add = () => this.#addDestination(nodes);
    return h('section', { class: 'panel' },
      subheading(text('control.destinations'),
        mayChange && button('plus', text('control.addDestination'), add, { kind: rules.length === 0 && destinations.length === 0 ? 'primary' : '', key: 'add destination' })),
      destinations.length === 0
        ? empty('upload', text('control.noDestinations'), text('control.noDestinationsWhy'))
        : table(text('control.destinations'), [
          text('control.name'), text('control.kind'), text('control.address'), text('control.usedBy'), text('control.actions'),
        ], destinations.map((destination) => ({
          cells: [
            h('a', { href: `/control/queues/${encodeURIComponent(destination.name)}` }, destination.name),
            destination.kind === 'dimse' ? text('control.kind.dimse') : text('control.kind.dicomweb'),
            h('span', { class: 'mono' }, addressText(destination)),
            rules.filter((rule) => rule.to.includes(destination.name)).map((rule) => rule.name).join(', ') || '–',
            h('div', { class: 'row-actions' },
              mayChange && button('check', text('control.test'), () => this.#test(destination.name), {
                key: `test ${destination.name}`, name: text('control.testOf', { name: destination.name }) }),
              mayChange && button('trash', text('control.remove'), () => this.#removeDestination(destination.name), {
                key: `remove to ${destination.name}`, kind: 'plain', name: text('control.removeOf', { name: destination.name }) })),
          ],
        }))));
  }

  /** @param {string[]} nodes */
  #addDestination(nodes) {
    const place = h('div', { class: 'control-form' });
    const kind = h('select', { class: 'input', name: 'kind' },
      h('option', { value: 'node' }, text('control.kind.node')),
      h('option', { value: 'dimse' }, text('control.kind.dimse')),
      h('option', { value: 'dicomweb' }, text('control.kind.dicomweb')));
    if (nodes.length === 0) kind.value = 'dimse';
    const change = () => {
      switch (kind.value) {
        case 'node':
          place.replaceChildren(h('label', { class: 'field' }, text('control.node'),
            h('select', { class: 'input mono', name: 'node', required: true }, nodes.map((node) => h('option', {}, node)))));
          break;
        case 'dimse':
          place.replaceChildren(
            field(text('control.aeTitle'), { name: 'aeTitle', required: true, maxLength: 16, class: 'input mono' }),
            h('div', { class: 'pair' },
              field(text('control.host'), { name: 'host', required: true, class: 'input mono' }),
              field(text('control.port'), { name: 'port', type: 'number', min: 1, max: 65535, required: true, value: '104', class: 'input mono' })));
          break;
        default:
          place.replaceChildren(
            field(text('control.url'), { name: 'url', type: 'url', required: true, class: 'input mono', placeholder: '…/dicom-web' }),
            field(text('control.bearer'), { name: 'token', type: 'password', autocomplete: 'new-password' }, text('control.bearerHint')));
      }
    };
    kind.addEventListener('change', change);
    change();
    formDialog({
      title: text('control.addDestination'),
      content: [
        field(text('control.name'), { name: 'name', required: true, maxLength: 64 }),
        h('label', { class: 'field' }, text('control.kind'), kind), place,
      ],
      action: text('control.addDestination'),
      send: async (form) => {
        const name = typed(form, 'name');
        /** @type {Record<string, unknown>} */
        const body = { name, kind: kind.value === 'dicomweb' ? 'dicomweb' : 'dimse' };
        if (kind.value === 'node') body.node = typed(form, 'node');
        if (kind.value === 'dimse') {
          Object.assign(body, { aeTitle: typed(form, 'aeTitle'), host: typed(form, 'host'), port: Number(typed(form, 'port')) });
        }
        if (kind.value === 'dicomweb') {
          body.url = typed(form, 'url');
          if (typed(form, 'token') !== '') body.token = typed(form, 'token');
        }
        await sendJSON('POST', '/api/v1/destinations', body);
        toast(text('control.destinationAdded', { name }), 'good');
        await this.#load();
      },
    });
  }

  /** @param {string} name */
  async #test(name) {
    const answer = await sendJSON('POST', `/api/v1/destinations/${encodeURIComponent(name)}/echo`, {});
    if (answer.reachable) toast(text('control.reachable', { name }), 'good');
    else toast(text('control.unreachable', { name, why: answer.reason ?? '' }), 'bad');
  }

  /** @param {string} name */
  async #removeDestination(name) {
    const isSure = await confirmDanger({
      title: text('control.removeDestination', { name }), content: [h('p', {}, text('control.removeDestinationWhy'))],
      action: text('control.remove'),
    });
    if (!isSure) return;
    await request(`/api/v1/destinations/${encodeURIComponent(name)}`, { method: 'DELETE' });
    await this.#load();
  }

  /** @param {Rule} rule */
  async #switchOff(rule) {
    await sendJSON('PUT', `/api/v1/rules/${encodeURIComponent(rule.id)}`, { ...rule, enabled: false });
    await this.#load();
  }

  /** @param {Rule} rule */
  async #removeRule(rule) {
    const isSure = await confirmDanger({
      title: text('control.removeRule', { name: rule.name }), content: [h('p', {}, text('control.removeRuleWhy'))],
      action: text('control.remove'),
    });
    if (!isSure) return;
    await request(`/api/v1/rules/${encodeURIComponent(rule.id)}`, { method: 'DELETE' });
    await this.#load();
  }
}

/** @param {Destination} destination */
function addressText({ node, aeTitle, host, port, url }) {
  if (url) return url;
  return node ?? `${aeTitle}@${host}:${port}`;
}

/** @param {Rule} rule */
function conditionsText({ when, trigger }) {
  const words = [
    when.modalities?.join(', '),
    when.sources && text('control.fromSources', { names: when.sources.join(', ') }),
    when.sites && text('control.atSites', { names: when.sites.join(', ') }),
    // The attribute alone: what it must match may be somebody's name.
    when.attributes?.map(({ attribute }) => attribute).join(', '),
    when.time && `${when.time.from}–${when.time.to}`,
  ].filter((word) => word);
  const conditions = words.length === 0 ? text('control.everything') : words.join(' · ');
  return `${conditions} – ${trigger === 'onArrival' ? text('control.trigger.onArrival') : text('control.trigger.onCompletion')}`;
}

customElements.define('iso-rules', IsoRules);
