/** What was set aside because it differs from what is kept under the same SOP Instance UID. */

import { getJSON } from '/data/api.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { text } from '/text/catalogue.js';
import { agoElement } from './format.js';
import { ControlPage, fill, heading, table } from './page.js';

/** @typedef {{ record: string, study: string, series: string, instance: string, sha256: string, receivedAt: string, source: string, site: string }} Quarantined */

class IsoQuarantine extends ControlPage {
  begin() {
    const place = h('div', { class: 'part' });
    this.replaceChildren(heading(text('control.quarantine'), text('control.quarantineWhy')), place);
    const signal = this.signal;
    void fill(place, signal, () => /** @type {Promise<Quarantined[]>} */ (getJSON('/api/v1/quarantine?limit=500', { signal })), (records) =>
      records.length === 0
        ? [empty('check', text('control.noQuarantine'), text('control.noQuarantineWhy'))]
        : [table(text('control.quarantine'), [
          text('control.instance'), text('control.study'), text('control.from'), text('control.site'), text('control.arrived'), text('control.digest'),
        ], records.map((record) => ({ cells: [
          h('span', { class: 'mono uid', title: record.instance }, record.instance),
          h('a', { class: 'mono uid', href: `/viewer/${record.study}`, title: record.study }, record.study),
          record.source, record.site, agoElement(record.receivedAt),
          h('span', { class: 'mono uid', title: record.sha256 }, record.sha256.slice(0, 12)),
        ] })))]);
  }
}

customElements.define('iso-quarantine', IsoQuarantine);
