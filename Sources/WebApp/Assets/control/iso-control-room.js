/** The control room: its pages, and the way between them. */

import { may } from '/data/session.js';
import { h, part, sheet } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';

/**
 * @typedef {object} Page
 * @property {string} name in the address, behind /control/
 * @property {string} element
 * @property {() => Promise<unknown>} load
 * @property {import('/text/catalogue.js').TextKey} title
 * @property {import('/parts/iso-icon.js').IconName} picture
 * @property {import('/data/session.js').Operation} needs
 */

/** @type {Page[]} */
const pages = [
  { name: '', element: 'iso-overview', load: () => import('./iso-overview.js'), title: 'control.overview', picture: 'control', needs: 'administer' },
  { name: 'nodes', element: 'iso-nodes', load: () => import('./iso-nodes.js'), title: 'control.nodes', picture: 'window', needs: 'administer' },
  { name: 'sources', element: 'iso-sources', load: () => import('./iso-sources.js'), title: 'sources.title', picture: 'scroll', needs: 'administer' },
  { name: 'rules', element: 'iso-rules', load: () => import('./iso-rules.js'), title: 'control.rules', picture: 'filter', needs: 'administer' },
  { name: 'queues', element: 'iso-queues', load: () => import('./iso-queues.js'), title: 'control.queues', picture: 'inbox', needs: 'administer' },
  { name: 'people', element: 'iso-people', load: () => import('./iso-people.js'), title: 'control.people', picture: 'user', needs: 'administer' },
  { name: 'audit', element: 'iso-audit', load: () => import('./iso-audit.js'), title: 'control.audit', picture: 'search', needs: 'readAudit' },
  { name: 'quarantine', element: 'iso-quarantine', load: () => import('./iso-quarantine.js'), title: 'control.quarantine', picture: 'warning', needs: 'administer' },
];

class IsoControlRoom extends HTMLElement {
  static observedAttributes = ['page'];
  #links = h('nav', { class: 'control-nav', 'aria-label': text('control.pages') });
  #place = h('div', { class: 'control-page', tabIndex: -1 });
  #shown = 0;

  connectedCallback() {
    // A page's own heading comes with the page; until then, and for whoever hears the page, this one says where they are.
    if (!this.firstElementChild) this.append(h('h1', { class: 'unseen' }, text('shell.control')), this.#links, this.#place);
    void this.#show();
  }

  disconnectedCallback() {
    // Nothing goes on while nobody looks.
    this.#place.replaceChildren();
  }

  attributeChangedCallback() {
    if (this.isConnected) void this.#show();
  }

  async #show() {
    this.#shown += 1;
    const turn = this.#shown;
    const [name = '', ...rest] = (this.getAttribute('page') ?? '').split('/');
    const allowed = pages.filter((page) => may(page.needs));
    let page = pages.find((each) => each.name === name);
    // Whoever may not see the first page is shown the first that they may.
    if (page && name === '' && !may(page.needs)) page = allowed[0] ?? page;
    this.#links.replaceChildren(...allowed.map((each) => h(
      'a', { href: each.name === '' ? '/control' : `/control/${each.name}`, 'aria-current': each === page ? 'page' : undefined },
      icon(each.picture), text(each.title))));
    await sheet('/design/control.css');
    if (!page) {
      this.#place.replaceChildren(empty('search', text('shell.noPage'), text('shell.noPageWhy'),
        h('a', { class: 'button', href: '/control' }, text('control.toOverview'))));
      return;
    }
    if (!may(page.needs)) {
      this.#place.replaceChildren(empty('warning', text('control.forbidden'), text('control.forbiddenWhy')));
      return;
    }
    await page.load();
    if (turn !== this.#shown || !this.isConnected) return;
    document.title = `${text(page.title)} · ${text('shell.control')} · ${text('shell.product')}`;
    const of = decode(rest.join('/'));
    const present = this.#place.firstElementChild;
    if (present?.localName === page.element) {
      present.setAttribute('of', of);
    } else {
      this.#place.replaceChildren(part(page.element, { of }));
    }
    this.#place.scrollTop = 0;
    this.#links.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** @param {string} name */
function decode(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}

customElements.define('iso-control-room', IsoControlRoom);
