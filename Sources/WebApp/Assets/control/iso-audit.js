/** Who did what: searched, verified, taken away as CSV. */

import { getJSON, sendJSON } from '/data/api.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { csv } from './csv.js';
import { number, when } from './format.js';
import { button, ControlPage, field, heading, refused, table, tag, typed } from './page.js';

/** @typedef {{ id: number, at: string, action: string, principal: string, object: string, count: number, detail: string }} AuditRecord */

const atATime = 100;
const exportPage = 1000;
/** Records in one exported file. */
const mostExported = 50_000;
const actions = /** @type {const} */ ([
  'signIn', 'signInRefused', 'signOut', 'search', 'retrieve', 'store', 'delete', 'quarantine', 'export', 'administer', 'refused',
  'start', 'stop',
]);

class IsoAudit extends ControlPage {
  #rows = h('div', { class: 'part' });
  #verdict = h('p', { class: 'verdict', role: 'status', hidden: true });
  #form = h('form', { class: 'audit-form', role: 'search', 'aria-label': text('control.audit') });
  #turn = 0;

  begin() {
    this.#verdict.hidden = true;
    this.#form.replaceChildren(
      field(text('control.who'), { name: 'principal', placeholder: 'person:admin' }),
      h('label', { class: 'field' }, text('control.action'), h('select', { class: 'input', name: 'action' },
        h('option', { value: '' }, text('control.anyAction')), actions.map((action) => h('option', { value: action }, actionText(action))))),
      field(text('control.object'), { name: 'object', class: 'input mono', placeholder: '1.2.840…' }),
      field(text('control.from'), { name: 'from', type: 'datetime-local' }),
      field(text('control.until'), { name: 'until', type: 'datetime-local' }),
      h('button', { class: 'button primary' }, text('control.search')));
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      void this.#search();
    };
    this.replaceChildren(
      heading(text('control.audit'), text('control.auditWhy'),
        button('check', text('control.verify'), () => this.#verify()),
        button('download', text('control.exportCSV'), () => this.#export())),
      this.#verdict, this.#form, this.#rows);
    void this.#search();
  }

  /** @param {number} limit @param {number} [before] @returns {Promise<AuditRecord[]>} */
  #ask(limit, before) {
    const asked = new URLSearchParams({ limit: String(limit) });
    for (const name of ['principal', 'action', 'object']) {
      const value = typed(this.#form, name);
      if (value !== '') asked.set(name, value);
    }
    for (const name of ['from', 'until']) {
      const value = typed(this.#form, name);
      if (value !== '') asked.set(name, `${new Date(value).toISOString().slice(0, 19)}Z`);
    }
    if (before !== undefined) asked.set('before', String(before));
    return getJSON(`/api/v1/audit?${asked}`, { signal: this.signal });
  }

  async #search() {
    this.#turn += 1;
    const turn = this.#turn;
    this.#rows.setAttribute('aria-busy', 'true');
    try {
      const records = await this.#ask(atATime);
      if (turn !== this.#turn || this.signal.aborted) return;
      this.#rows.replaceChildren();
      if (records.length === 0) {
        this.#rows.append(empty('search', text('control.noAudit'), text('control.noAuditWhy')));
        return;
      }
      this.#show(records, turn);
    } catch (error) {
      if (turn !== this.#turn || this.signal.aborted) return;
      this.#rows.replaceChildren(refused(error, () => void this.#search()));
    } finally {
      if (turn === this.#turn) this.#rows.removeAttribute('aria-busy');
    }
  }

  /** @param {AuditRecord[]} records @param {number} turn */
  #show(records, turn) {
    this.#rows.append(table(text('control.audit'), [
      text('control.time'), text('control.who'), text('control.action'), text('control.object'), text('control.count'), text('control.detail'),
    ], records.map((record) => ({
      cells: [
        h('time', { dateTime: record.at }, when(record.at)), record.principal,
        tag(actionText(record.action), record.action === 'refused' || record.action === 'signInRefused' ? 'bad' : ''),
        h('span', { class: 'mono uid', title: record.object }, record.object), number(record.count), record.detail,
      ],
    })), [4]));
    const last = records.at(-1);
    if (records.length < atATime || !last) return;
    const older = button('down', text('control.older'), async () => {
      const next = await this.#ask(atATime, last.id);
      if (turn !== this.#turn) return;
      older.remove();
      if (next.length > 0) this.#show(next, turn);
    });
    this.#rows.append(older);
  }

  async #verify() {
    const verdict = await sendJSON('POST', '/api/v1/audit/verify', {});
    this.#verdict.hidden = false;
    this.#verdict.className = `verdict ${verdict.intact ? 'good' : 'bad'}`;
    this.#verdict.replaceChildren(verdict.intact ? text('control.intact') : text('control.notIntact', { count: verdict.findings.length }),
      ...verdict.findings.slice(0, 20).map((/** @type {{ writer: string, sequence: number, problem: string }} */ finding) =>
        h('span', { class: 'mono finding' }, `${finding.writer} #${finding.sequence}: ${finding.problem}`)));
  }

  async #export() {
    /** @type {AuditRecord[]} */
    const all = [];
    let isWhole = false;
    while (all.length < mostExported) {
      const page = await this.#ask(exportPage, all.at(-1)?.id);
      all.push(...page);
      if (page.length < exportPage) {
        isWhole = true;
        break;
      }
    }
    const page = csv(['at', 'principal', 'action', 'object', 'count', 'detail'],
      all.map(({ at, principal, action, object, count, detail }) => [at, principal, action, object, String(count), detail]));
    const address = URL.createObjectURL(new Blob([page], { type: 'text/csv;charset=utf-8' }));
    const link = h('a', { href: address, download: 'audit.csv' });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    toast(isWhole ? text('control.exported', { count: all.length }) : text('control.exportedPart', { count: all.length }), 'good');
  }
}

/** @param {string} action */
function actionText(action) {
  switch (action) {
    case 'signIn': return text('control.action.signIn');
    case 'signInRefused': return text('control.action.signInRefused');
    case 'signOut': return text('control.action.signOut');
    case 'search': return text('control.action.search');
    case 'retrieve': return text('control.action.retrieve');
    case 'store': return text('control.action.store');
    case 'delete': return text('control.action.delete');
    case 'quarantine': return text('control.action.quarantine');
    case 'export': return text('control.action.export');
    case 'administer': return text('control.action.administer');
    case 'refused': return text('control.action.refused');
    case 'start': return text('control.action.start');
    case 'stop': return text('control.action.stop');
    default: return action;
  }
}

customElements.define('iso-audit', IsoAudit);
