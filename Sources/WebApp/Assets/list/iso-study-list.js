/** The study list's place until it is there. */

import { empty } from '/parts/iso-empty.js';
import { text } from '/text/catalogue.js';

class IsoStudyList extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(empty('studies', text('shell.notYet'), ''));
  }
}

customElements.define('iso-study-list', IsoStudyList);
