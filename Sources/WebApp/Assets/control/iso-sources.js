/** What each device sends, how far it keeps to its profile, and the profiles. */

import { getJSON, request, sendJSON } from '/data/api.js';
import { confirmDanger } from '/parts/dialog.js';
import { h } from '/parts/element.js';
import { empty } from '/parts/iso-empty.js';
import { toast } from '/parts/toast.js';
import { text } from '/text/catalogue.js';
import { deviationText } from './deviations.js';
import { agoElement, number } from './format.js';
import { button, ControlPage, fill, heading, subheading, table, tag } from './page.js';
import { editProfile } from './profile-form.js';

/** @typedef {import('./profile-form.js').Profile} Profile */
/** @typedef {{ deviation: string, count: number, example: string }} Deviating */
/**
 * @typedef {{ channel: string, source: string, site: string, manufacturer: string, model: string, station: string,
 *   lastSeen: string, instances: number, examined: number, deviating: number, coerced: number,
 *   deviations: Deviating[] }} Device
 */

class IsoSources extends ControlPage {
  #place = h('div', { class: 'part' });

  begin() {
    this.#place.replaceChildren();
    this.replaceChildren(heading(text('sources.title'), text('sources.why')), this.#place);
    void this.#load();
  }

  /** @returns {Promise<void>} */
  #load() {
    const signal = this.signal;
    return fill(this.#place, signal, async () => {
      const [profiles, devices, nodes] = await Promise.all([
        /** @type {Promise<Profile[]>} */ (getJSON('/api/v1/source-profiles', { signal })),
        /** @type {Promise<Device[]>} */ (getJSON('/api/v1/devices?days=7', { signal })),
        /** @type {Promise<{ aeTitle: string }[]>} */ (getJSON('/api/v1/nodes', { signal })),
      ]);
      const names = [...new Set([...nodes.map(({ aeTitle }) => aeTitle), ...devices.map(({ source }) => source)])].sort();
      return { profiles, devices, names };
    }, ({ profiles, devices, names }) => [this.#devicesPart(devices, profiles, names), this.#profilesPart(profiles, names)]);
  }

  /** @param {Device[]} devices @param {Profile[]} profiles @param {string[]} names */
  #devicesPart(devices, profiles, names) {
    return h('section', { class: 'panel' }, subheading(text('sources.devices')),
      devices.length === 0
        ? empty('inbox', text('sources.noDevices'), text('sources.noDevicesWhy'))
        : table(text('sources.devices'), [
          text('sources.device'), text('sources.source'), text('control.site'), text('sources.images'),
          text('sources.deviating'), text('sources.coerced'), text('control.lastSeen'), text('control.actions'),
        ], devices.map((device) => ({
          cells: [
            deviceName(device), h('span', { class: 'mono' }, device.source), device.site, number(device.instances),
            deviationsCell(device), device.examined === 0 ? '–' : number(device.coerced), agoElement(device.lastSeen),
            h('div', { class: 'row-actions' }, this.#profileButton(device, profiles, names)),
          ],
        })), [3, 5]));
  }

  /**
   * The device's profile, or a new one for its source.
   *
   * @param {Device} device @param {Profile[]} profiles @param {string[]} names
   */
  #profileButton(device, profiles, names) {
    const profile = profiles.find(({ source }) => source.name === device.source && (source.station ?? device.station) === device.station);
    const key = `profile of ${device.source} ${deviceName(device)}`;
    return profile
      ? button('filter', text('sources.profileFor'), () => editProfile(profile, names, () => this.#load()), {
        key, name: text('sources.editProfile', { name: profile.name }) })
      : button('plus', text('sources.profileFor'), () => editProfile({ source: { name: device.source } }, names, () => this.#load()), {
        key, name: text('sources.profileForOf', { name: device.source }) });
  }

  /** @param {Profile[]} profiles @param {string[]} names */
  #profilesPart(profiles, names) {
    const edit = (/** @type {Profile | undefined} */ profile) => editProfile(profile ?? {}, names, () => this.#load());
    return h('section', { class: 'panel' },
      subheading(text('sources.profiles'),
        button('plus', text('sources.addProfile'), () => edit(undefined), { kind: 'primary', key: 'add profile' })),
      profiles.length === 0
        ? empty('filter', text('sources.noProfiles'), text('sources.noProfilesWhy'))
        : table(text('sources.profiles'), [
          text('control.name'), text('sources.for'), text('control.state'), text('control.actions'),
        ], profiles.map((profile) => ({
          class: profile.on === undefined ? 'silent' : undefined,
          cells: [
            h('button', { class: 'link', type: 'button', 'data-key': `profile ${profile.id}`, onclick: () => edit(profile) }, profile.name),
            whomText(profile), stateCell(profile),
            h('div', { class: 'row-actions' },
              profile.on !== profile.version
                // Nothing is switched on before it was seen what it does.
                && button('play', text('control.tryAndSwitchOn'), () => edit(profile), {
                  key: `on ${profile.id}`, name: text('control.switchOnOf', { name: profile.name }) }),
              profile.on !== undefined
                ? button('pause', text('control.switchOff'), () => this.#switchOff(profile), {
                  key: `off ${profile.id}`, name: text('control.switchOffOf', { name: profile.name }) })
                : button('trash', text('control.remove'), () => this.#remove(profile), {
                  key: `remove ${profile.id}`, kind: 'plain', name: text('control.removeOf', { name: profile.name }) })),
          ],
        }))));
  }

  /** @param {Profile} profile */
  async #switchOff(profile) {
    await sendJSON('POST', `/api/v1/source-profiles/${encodeURIComponent(profile.id)}/off`, {});
    await this.#load();
  }

  /** @param {Profile} profile */
  async #remove(profile) {
    const isSure = await confirmDanger({
      title: text('sources.removeProfile', { name: profile.name }), content: [h('p', {}, text('sources.removeProfileWhy'))],
      action: text('control.remove'),
    });
    if (!isSure) return;
    await request(`/api/v1/source-profiles/${encodeURIComponent(profile.id)}`, { method: 'DELETE' });
    toast(text('control.done'));
    await this.#load();
  }
}

/** @param {Device} device */
function deviceName({ manufacturer, model, station }) {
  return [[manufacturer, model].filter((word) => word !== '').join(' '), station].filter((word) => word !== '').join(' · ')
    || text('sources.unnamed');
}

/** @param {Device} device */
function deviationsCell(device) {
  if (device.examined === 0) return h('span', { class: 'quiet' }, text('sources.noProfile'));
  const summary = text('sources.deviatingOf', { count: number(device.deviating), examined: number(device.examined) });
  if (device.deviations.length === 0) return tag(summary, 'good');
  return h('details', { class: 'deviations' }, h('summary', {}, tag(summary, 'warn')),
    h('ul', {}, device.deviations.map(({ deviation, count, example }) => h('li', {},
      h('span', {}, `${deviationText(deviation)}: ${number(count)}`),
      h('span', { class: 'quiet mono', title: text('sources.example') }, example)))));
}

/** @param {Profile} profile */
function whomText({ source }) {
  const device = [source.manufacturer, source.model, source.station].filter((word) => word).join(' ');
  const whom = source.name ?? text('sources.everyone', { site: source.site ?? '' });
  return [whom, source.name ? source.site : undefined, device].filter((word) => word).join(' · ');
}

/** @param {Profile} profile */
function stateCell({ on, version, tried }) {
  const trial = tried?.version === version
    ? text('sources.triedOn', { count: tried.examined }) : text('sources.neverTried');
  if (on === version) return tag(text('sources.onVersion', { version: on }), 'good');
  if (on === undefined) return h('span', {}, tag(text('control.off')), ' ', h('span', { class: 'quiet' }, trial));
  return h('span', {}, tag(text('sources.onVersion', { version: on }), 'good'), ' ',
    h('span', { class: 'quiet' }, `${text('sources.behind', { version })}, ${trial}`));
}

customElements.define('iso-sources', IsoSources);
