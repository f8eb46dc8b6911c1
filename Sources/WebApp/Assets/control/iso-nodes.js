/** DICOM peers: who they are, when they were seen, whether they answer; and each by itself. */

import { getJSON, request, sendJSON } from '/data/api.js';
import { listen } from '/data/events.js';
import { session } from '/data/session.js';
import { confirmDanger } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { dayBars } from './chart.js';
import { agoElement, bytes, number } from './format.js';
import { button, choices, chosen, ControlPage, field, fill, formDialog, heading, subheading, table, tag, typed } from './page.js';
import { roles, rolesText } from './roles.js';
import { studyName } from './studies.js';
import { day, traffic, volume } from './traffic.js';

/** @typedef {{ aeTitle: string, host: string, port: number, site: string, roles: string[], configured?: boolean }} PeerNode */

/** Milliseconds at least between looks because something happened. */
const pause = 3_000;

class IsoNodes extends ControlPage {
  #place = h('div', { class: 'part' });
  #of = '';
  #waits = false;

  begin() {
    this.#of = this.subject;
    this.#place.replaceChildren();
    this.replaceChildren(this.#of === '' ? this.#listHead() : this.#nodeHead(), this.#place);
    void this.#load();
    this.whenGone(listen(() => {
      if (this.#waits) return;
      this.#waits = true;
      setTimeout(() => {
        this.#waits = false;
        if (!this.signal.aborted) void this.#load();
      }, pause);
    }));
  }

  #listHead() {
    return heading(text('control.nodes'), text('control.nodesWhy'),
      button('plus', text('control.addNode'), () => this.#edit(), { kind: 'primary' }));
  }

  #nodeHead() {
    return heading(this.#of, '', h('a', { class: 'button small', href: '/control/nodes' }, icon('left'), text('control.allNodes')));
  }

  #load() {
    const signal = this.signal;
    return fill(this.#place, signal, async () => {
      const [nodes, flows] = await Promise.all([
        /** @type {Promise<PeerNode[]>} */ (getJSON('/api/v1/nodes', { signal })), traffic(signal),
      ]);
      const names = new Map();
      if (this.#of !== '') {
        for (const arrival of flows.recent.filter(({ name }) => name === this.#of)) {
          names.set(arrival.study, await studyName(arrival.study, signal));
        }
      }
      return { nodes, flows, names };
    }, ({ nodes, flows, names }) => this.#of === '' ? this.#list(nodes, flows) : this.#node(nodes, flows, names));
  }

  /** @param {PeerNode[]} nodes @param {import('./traffic.js').Traffic} flows */
  #list(nodes, flows) {
    if (nodes.length === 0) {
      return [empty('window', text('control.noNodes'), text('control.noNodesWhy'),
        button('plus', text('control.addNode'), () => this.#edit(), { kind: 'primary' }))];
    }
    return [table(text('control.nodes'), [
      text('control.aeTitle'), text('control.address'), text('control.site'), text('control.roles'),
      text('control.lastSeen'), text('control.spanDay'), text('control.actions'),
    ], nodes.map((node) => {
      const sources = flows.sources.filter((source) => source.name === node.aeTitle);
      const lastSeen = sources.map((source) => source.lastSeen).sort().at(-1);
      const sent = volume(sources.flatMap((source) => source.hours), 24, flows.at);
      return {
        class: lastSeen ? undefined : 'silent',
        cells: [
          h('a', { class: 'mono', href: `/control/nodes/${encodeURIComponent(node.aeTitle)}` }, node.aeTitle),
          h('span', { class: 'mono' }, `${node.host}:${node.port}`),
          node.site, rolesText(node.roles),
          lastSeen ? agoElement(lastSeen) : h('span', { class: 'quiet' }, text('control.neverSeen')),
          sent.instances === 0
            ? h('span', { class: 'quiet' }, text('control.nothing'))
            : `${text('control.imageCount', { count: sent.instances })} · ${bytes(sent.bytes)}`,
          this.#actions(node),
        ],
      };
    }))];
  }

  /** @param {PeerNode} node */
  #actions(node) {
    const title = node.aeTitle;
    return h('div', { class: 'row-actions' },
      button('check', text('control.echo'), () => this.#echo(title), {
        key: `echo ${title}`, name: text('control.echoOf', { name: title }) }),
      button('upload', text('control.testImage'), () => this.#sendTestImage(title), {
        key: `image ${title}`, name: text('control.testImageOf', { name: title }) }),
      // Only whoever writes the configuration removes what it names.
      node.configured
        ? h('span', { class: 'quiet configured' }, text('control.configured'))
        : button('trash', text('control.remove'), () => this.#remove(title), {
          key: `remove ${title}`, kind: 'plain', name: text('control.removeOf', { name: title }) }));
  }

  /**
   * @param {PeerNode[]} nodes
   * @param {import('./traffic.js').Traffic} flows
   * @param {Map<string, import('./studies.js').StudyName | null>} names
   */
  #node(nodes, flows, names) {
    const node = nodes.find((each) => each.aeTitle === this.#of);
    const sources = flows.sources.filter((source) => source.name === this.#of);
    if (!node && sources.length === 0) {
      return [empty('search', text('control.noSuchNode'), text('control.noSuchNodeWhy'),
        h('a', { class: 'button', href: '/control/nodes' }, text('control.allNodes')))];
    }
    const hours = sources.flatMap((source) => source.hours);
    const sent = volume(hours, 24, flows.at);
    const lastSeen = sources.map((source) => source.lastSeen).sort().at(-1);
    const total = text('control.dayTotal', { count: sent.instances });
    /** @type {[string, Node | string][]} */
    const facts = [
      ...(node ? /** @type {[string, Node | string][]} */ ([
        [text('control.address'), h('span', { class: 'mono' }, `${node.host}:${node.port}`)],
        [text('control.site'), node.site], [text('control.roles'), rolesText(node.roles)],
      ]) : /** @type {[string, Node | string][]} */ ([
        [text('control.site'), [...new Set(sources.map((source) => source.site))].join(', ')],
        [text('control.channel'), [...new Set(sources.map((source) => channelText(source.channel)))].join(', ')],
      ])),
      [text('control.lastSeen'), lastSeen ? agoElement(lastSeen) : text('control.neverSeen')],
      [text('control.spanHour'), text('control.imageCount', { count: volume(hours, 1, flows.at).instances })],
      [text('control.spanDay'), `${text('control.imageCount', { count: sent.instances })} · ${bytes(sent.bytes)}`],
      [text('control.newStudies'), number(sent.studies)],
    ];
    const recent = flows.recent.filter(({ name, study }) => name === this.#of && names.get(study));
    return [
      h('div', { class: 'columns' },
        h('section', { class: 'panel' },
          h('dl', { class: 'facts' }, facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
          node && this.#actions(node)),
        h('section', { class: 'panel' }, subheading(text('control.day')), h('p', { class: 'quiet' }, total),
          dayBars(day(hours, flows.at), total))),
      h('section', { class: 'panel' }, subheading(text('control.recentFrom', { name: this.#of })),
        recent.length === 0
          ? h('p', { class: 'quiet' }, text('control.nothing'))
          : h('ol', { class: 'recent' }, recent.map((arrival) => {
            const study = names.get(arrival.study);
            return h('li', {}, h('a', { href: `/viewer/${arrival.study}` }, study?.name || text('control.nameless')),
              h('span', { class: 'quiet what' }, study?.description ?? ''),
              h('span', { class: 'tags' }, (study?.modalities ?? []).map((modality) => tag(modality))), agoElement(arrival.at));
          }))),
    ];
  }

  #edit() {
    const sites = session()?.sites ?? 'all';
    formDialog({
      title: text('control.addNode'),
      content: [
        field(text('control.aeTitle'), { name: 'aeTitle', required: true, maxLength: 16, class: 'input mono' }, text('control.aeTitleHint')),
        h('div', { class: 'pair' },
          field(text('control.host'), { name: 'host', required: true, maxLength: 253, class: 'input mono' }),
          field(text('control.port'), { name: 'port', type: 'number', min: 1, max: 65535, required: true, value: '104', class: 'input mono' })),
        field(text('control.site'), { name: 'site', required: true, value: sites === 'all' ? 'main' : sites[0] ?? 'main' }, text('control.siteHint')),
        choices(text('control.nodeRoles'), 'roles', roles.map((role) => ({
          value: role, label: rolesText([role]), checked: role === 'technologist' }))),
      ],
      action: text('control.addNode'),
      send: async (form) => {
        await sendJSON('POST', '/api/v1/nodes', {
          aeTitle: typed(form, 'aeTitle'), host: typed(form, 'host'), port: Number(typed(form, 'port')),
          site: typed(form, 'site'), roles: chosen(form, 'roles'),
        });
        toast(text('control.nodeAdded', { name: typed(form, 'aeTitle') }), 'good');
        await this.#load();
      },
    });
  }

  /** @param {string} title */
  async #echo(title) {
    const answer = await sendJSON('POST', `/api/v1/nodes/${encodeURIComponent(title)}/echo`, {});
    if (answer.reachable) toast(text('control.reachable', { name: title }), 'good');
    else toast(text('control.unreachable', { name: title, why: answer.reason ?? '' }), 'bad');
  }

  /** @param {string} title */
  async #sendTestImage(title) {
    const answer = await sendJSON('POST', `/api/v1/nodes/${encodeURIComponent(title)}/test-image`, {});
    if (answer.sent) toast(text('control.testImageTaken', { name: title }), 'good');
    else toast(text('control.testImageRefused', { name: title, why: answer.reason ?? '' }), 'bad');
  }

  /** @param {string} title */
  async #remove(title) {
    const isSure = await confirmDanger({
      title: text('control.removeNode', { name: title }), content: [h('p', {}, text('control.removeNodeWhy'))],
      action: text('control.remove'),
    });
    if (!isSure) return;
    await request(`/api/v1/nodes/${encodeURIComponent(title)}`, { method: 'DELETE' });
    toast(text('control.nodeRemoved', { name: title }));
    await this.#load();
  }
}

/** @param {string | undefined} channel */
function channelText(channel) {
  switch (channel) {
    case 'association': return text('control.channel.association');
    case 'stow': return text('control.channel.stow');
    case 'importing': return text('control.channel.importing');
    case 'demo': return text('control.channel.demo');
    default: return text('control.channel.other');
  }
}

customElements.define('iso-nodes', IsoNodes);
