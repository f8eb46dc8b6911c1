/** People's accounts and services' tokens. */

import { getJSON, request, sendJSON } from '/data/api.js';
import { session } from '/data/session.js';
import { confirmDanger, showDialog } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { words } from './format.js';
import { button, chosen, ControlPage, field, fill, formDialog, heading, sitesText, subheading, table, typed } from './page.js';
import { roles, rolesText, roleWhy } from './roles.js';

/** @typedef {{ name: string, roles: string[], sites: 'all' | string[] }} Entry */

class IsoPeople extends ControlPage {
  #place = h('div', { class: 'part' });

  begin() {
    this.#place.replaceChildren();
    this.replaceChildren(heading(text('control.people'), text('control.peopleWhy')), this.#place);
    void this.#load();
  }

  #load() {
    const signal = this.signal;
    return fill(this.#place, signal, async () => {
      const [accounts, tokens] = await Promise.all([
        /** @type {Promise<Entry[]>} */ (getJSON('/api/v1/accounts', { signal })),
        /** @type {Promise<Entry[]>} */ (getJSON('/api/v1/tokens', { signal })),
      ]);
      return { accounts, tokens };
    }, ({ accounts, tokens }) => [this.#accountsPart(accounts), this.#tokensPart(tokens)]);
  }

  /** @param {Entry[]} accounts */
  #accountsPart(accounts) {
    return h('section', { class: 'panel' },
      subheading(text('control.accounts'), button('plus', text('control.addAccount'), () => this.#editAccount(), {
        kind: 'primary', key: 'add account' })),
      accounts.length === 0
        ? empty('user', text('control.noAccounts'), text('control.noAccountsWhy'))
        : table(text('control.accounts'), [text('control.name'), text('control.roles'), text('control.sites'), text('control.actions')],
          accounts.map((account) => ({ cells: [
            account.name, rolesText(account.roles), sitesText(account.sites),
            h('div', { class: 'row-actions' },
              button('user', text('control.change'), () => this.#editAccount(account), {
                key: `change ${account.name}`, name: text('control.changeOf', { name: account.name }) }),
              // Nobody removes themselves.
              account.name !== session()?.name && button('trash', text('control.remove'), () => this.#remove('accounts', account.name), {
                key: `remove ${account.name}`, kind: 'plain', name: text('control.removeOf', { name: account.name }) })),
          ] }))));
  }

  /** @param {Entry[]} tokens */
  #tokensPart(tokens) {
    return h('section', { class: 'panel' },
      subheading(text('control.tokens'), button('plus', text('control.addToken'), () => this.#addToken(), { key: 'add token' })),
      tokens.length === 0
        ? empty('keyboard', text('control.noTokens'), text('control.noTokensWhy'))
        : table(text('control.tokens'), [text('control.name'), text('control.roles'), text('control.sites'), text('control.actions')],
          tokens.map((token) => ({ cells: [
            token.name, rolesText(token.roles), sitesText(token.sites),
            h('div', { class: 'row-actions' },
              button('trash', text('control.remove'), () => this.#remove('tokens', token.name), {
                key: `remove token ${token.name}`, kind: 'plain', name: text('control.removeOf', { name: token.name }) })),
          ] }))));
  }

  /** @param {Entry} [account] */
  #editAccount(account) {
    formDialog({
      title: account ? text('control.changeOf', { name: account.name }) : text('control.addAccount'),
      content: [
        field(text('control.name'), { name: 'name', required: true, value: account?.name ?? '', readOnly: account !== undefined,
          autocapitalize: 'none' }),
        field(account ? text('control.newPassword') : text('signIn.password'), {
          name: 'password', type: 'password', required: !account, autocomplete: 'new-password' },
          account ? text('control.newPasswordHint') : undefined),
        ...this.#grant(account, ['radiologist']),
      ],
      action: account ? text('control.save') : text('control.addAccount'),
      send: async (form) => {
        const password = String(new FormData(form).get('password') ?? '');
        await sendJSON('POST', '/api/v1/accounts', {
          name: typed(form, 'name'), ...(password !== '' && { password }), ...granted(form) });
        toast(text('control.accountSaved', { name: typed(form, 'name') }), 'good');
        await this.#load();
      },
    });
  }

  #addToken() {
    formDialog({
      title: text('control.addToken'),
      content: [
        field(text('control.name'), { name: 'name', required: true, autocapitalize: 'none' }, text('control.tokenNameHint')),
        ...this.#grant(undefined, ['sender']),
      ],
      action: text('control.addToken'),
      send: async (form) => {
        const made = await sendJSON('POST', '/api/v1/tokens', { name: typed(form, 'name'), ...granted(form) });
        showToken(made.name, made.token);
        await this.#load();
      },
    });
  }

  /** @param {Entry | undefined} entry @param {string[]} usual */
  #grant(entry, usual) {
    const own = session()?.sites ?? 'all';
    const sites = entry?.sites ?? own;
    return [
      h('fieldset', { class: 'choices tall' }, h('legend', {}, text('control.roles')),
        roles.map((role) => h('label', { class: 'choice' },
          h('input', { type: 'checkbox', name: 'roles', value: role, checked: (entry?.roles ?? usual).includes(role) }),
          h('span', {}, rolesText([role]), h('span', { class: 'hint' }, roleWhy(role)))))),
      field(text('control.sites'), { name: 'sites', value: sites === 'all' ? '' : sites.join(', '), required: own !== 'all' },
        own === 'all' ? text('control.sitesHint') : text('control.ownSitesHint', { names: own.join(', ') })),
    ];
  }

  /** @param {'accounts' | 'tokens'} kind @param {string} name */
  async #remove(kind, name) {
    const isAccount = kind === 'accounts';
    const isSure = await confirmDanger({
      title: isAccount ? text('control.removeAccount', { name }) : text('control.removeToken', { name }),
      content: [h('p', {}, isAccount ? text('control.removeAccountWhy') : text('control.removeTokenWhy'))],
      action: text('control.remove'),
    });
    if (!isSure) return;
    await request(`/api/v1/${kind}/${encodeURIComponent(name)}`, { method: 'DELETE' });
    await this.#load();
  }
}

/** @param {HTMLFormElement} form */
function granted(form) {
  const sites = words(typed(form, 'sites'));
  return { roles: chosen(form, 'roles'), sites: sites.length === 0 ? 'all' : sites };
}

/**
 * Shows a token the only time that it is known; once closed it is nowhere in the page.
 *
 * @param {string} name
 * @param {string} secret
 */
function showToken(name, secret) {
  const shown = h('input', { class: 'input mono', readOnly: true, value: secret, 'aria-label': text('control.token') });
  const copy = h('button', { class: 'button', type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(secret);
      toast(text('shell.copied'), 'good');
    } catch {
      shown.select();
      toast(text('shell.notCopied'), 'bad');
    }
  } }, icon('copy'), text('control.copy'));
  const dialog = showDialog({
    title: text('control.tokenMade', { name }),
    content: [h('p', {}, text('control.tokenOnce')), h('div', { class: 'token' }, shown, copy)],
    actions: [h('button', { class: 'button primary', type: 'button', onclick: () => dialog.close() }, text('control.done'))],
  });
  shown.select();
}

customElements.define('iso-people', IsoPeople);
