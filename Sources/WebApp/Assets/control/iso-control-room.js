/** The control room's place until it is there. */

import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { text } from '/text/catalogue.js';

class IsoControlRoom extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(
      empty('control', text('shell.notYet'), text('shell.controlNotYet'),
        h('a', { class: 'button', href: '/studies' }, text('shell.toStudies'))));
  }
}

customElements.define('iso-control-room', IsoControlRoom);
