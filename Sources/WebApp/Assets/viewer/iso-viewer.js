/** The viewer's place until it is there. */

import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { text } from '/text/catalogue.js';

class IsoViewer extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(
      h('h1', { class: 'unseen' }, text('shell.viewer')),
      empty('viewer', text('shell.notYet'), text('shell.viewerNotYet'),
        h('a', { class: 'button', href: '/studies' }, text('shell.toStudies'))));
  }
}

customElements.define('iso-viewer', IsoViewer);
