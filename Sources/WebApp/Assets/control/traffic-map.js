/** The map: who sends to this archive and where it forwards to, as wide as what flows. */

import { h } from '/parts/element.js';
import { icon } from '/parts/iso-icon.js';
import { text } from '/text/catalogue.js';
import { ago, brief, bytes } from './format.js';
import { svg } from './svg.js';
import { volume } from './traffic.js';

/** @typedef {{ aeTitle: string, site: string }} MapNode */
/** @typedef {{ name: string, kind: string }} MapDestination */
/** @typedef {{ destination: string, paused: boolean, waiting: number, setAside: number, failures: number, reason?: string }} MapQueue */
/** @typedef {{ traffic: import('./traffic.js').Traffic, nodes: MapNode[], destinations: MapDestination[], queues: MapQueue[] }} Situation */
/**
 * @typedef {object} Station
 * @property {string} name
 * @property {string} href
 * @property {string} flow what flows, in words
 * @property {string} state
 * @property {'' | 'bad' | 'warn' | 'silent'} kind
 * @property {number} instances
 */

/** Stations of a side; the others are one station that leads to the list. */
const mostStations = 8;
const boxWidth = 216;
const boxHeight = 60;
const boxGap = 12;
const hubWidth = 148;
/** Below this width, in pixels, stations stand below each other beside one trunk. */
const narrow = 660;
const trunk = 26;

export class TrafficMap {
  #canvas = h('div', { class: 'map-canvas' });
  #hours = 24;
  /** @type {Situation | null} */
  #situation = null;
  #size = new ResizeObserver(() => this.#draw());

  constructor() {
    this.element = h('div', { class: 'map' },
      h('header', { class: 'part-head' }, h('h2', {}, text('control.map')),
        h('div', { class: 'actions', role: 'group', 'aria-label': text('control.span') },
          this.#span(1, text('control.spanHour')), this.#span(24, text('control.spanDay')))),
      this.#canvas);
    this.#size.observe(this.#canvas);
  }

  end() {
    this.#size.disconnect();
  }

  /** @param {Situation} situation */
  show(situation) {
    this.#situation = situation;
    this.#size.observe(this.#canvas);
    this.#draw();
  }

  /** @param {number} hours @param {string} label */
  #span(hours, label) {
    const chip = h('button', { class: 'chip small', type: 'button', 'aria-pressed': String(hours === this.#hours) }, label);
    chip.addEventListener('click', () => {
      this.#hours = hours;
      for (const other of chip.parentElement?.children ?? []) other.setAttribute('aria-pressed', String(other === chip));
      this.#draw();
    });
    return chip;
  }

  #draw() {
    const situation = this.#situation;
    const width = this.#canvas.clientWidth;
    if (!situation || width === 0) return;
    const sources = fold(sourceStations(situation, this.#hours), '/control/nodes');
    const destinations = fold(destinationStations(situation, this.#hours), '/control/queues');
    const focused = this.#canvas.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : null;
    if (width < narrow) this.#drawNarrow(sources, destinations, width);
    else this.#drawWide(sources, destinations, width);
    const again = focused ? this.#canvas.querySelector(`[href="${CSS.escape(focused)}"]`) : null;
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Station[]} sources @param {Station[]} destinations @param {number} width */
  #drawWide(sources, destinations, width) {
    const rows = Math.max(sources.length, destinations.length, 2);
    const height = rows * (boxHeight + boxGap) - boxGap;
    const middle = height / 2;
    const box = Math.min(boxWidth + Math.max(0, width - 1000) * 0.15, (width - hubWidth - 120) / 2);
    const hubLeft = (width - hubWidth) / 2;
    /** @param {Station[]} stations @param {number} index */
    const top = (stations, index) =>
      middle - (stations.length * (boxHeight + boxGap) - boxGap) / 2 + index * (boxHeight + boxGap);
    const most = Math.max(1, ...sources.concat(destinations).map((station) => station.instances));
    // Where links meet the archive: side by side, as thick as they are.
    const links = [
      ...this.#ribbons(sources, most, middle).map(({ station, thick, at }, index) =>
        link(station, thick, curve(box, top(sources, index) + boxHeight / 2, hubLeft, at))),
      ...this.#ribbons(destinations, most, middle).map(({ station, thick, at }, index) =>
        link(station, thick, curve(hubLeft + hubWidth, at, width - box, top(destinations, index) + boxHeight / 2))),
    ];
    const hubHeight = Math.min(height, 112);
    this.#place(width, height, links, [
      h('ul', { 'aria-label': text('control.sources') },
        sources.map((station, index) => stationBox(station, 0, top(sources, index), box))),
      hub(hubLeft, middle - hubHeight / 2, hubWidth, hubHeight),
      h('ul', { 'aria-label': text('control.destinations') },
        destinations.map((station, index) => stationBox(station, width - box, top(destinations, index), box))),
    ]);
  }

  /** @param {Station[]} stations @param {number} most @param {number} middle */
  #ribbons(stations, most, middle) {
    const widths = stations.map((station) => thickness(station.instances, most));
    const space = 3;
    const all = widths.reduce((sum, each) => sum + each + space, -space);
    let at = middle - all / 2;
    return stations.map((station, index) => {
      const thick = widths[index] ?? 1;
      const place = at + thick / 2;
      at += thick + space;
      return { station, thick, at: place };
    });
  }

  /** @param {Station[]} sources @param {Station[]} destinations @param {number} width */
  #drawNarrow(sources, destinations, width) {
    const left = trunk + 18;
    const step = boxHeight + boxGap;
    const hubHeight = 52;
    const hubTop = sources.length * step;
    const below = hubTop + hubHeight + boxGap;
    const height = below + destinations.length * step - boxGap;
    const most = Math.max(1, ...sources.concat(destinations).map((station) => station.instances));
    const links = [
      ...sources.map((station, index) => {
        const y = index * step + boxHeight / 2;
        return link(station, Math.min(8, thickness(station.instances, most)),
          `M${left},${y}H${trunk + 10}Q${trunk},${y} ${trunk},${y + 10}V${hubTop}`);
      }),
      ...destinations.map((station, index) => {
        const y = below + index * step + boxHeight / 2;
        return link(station, Math.min(8, thickness(station.instances, most)),
          `M${trunk},${hubTop + hubHeight}V${y - 10}Q${trunk},${y} ${trunk + 10},${y}H${left}`);
      }),
    ];
    this.#place(width, height, links, [
      h('ul', { 'aria-label': text('control.sources') },
        sources.map((station, index) => stationBox(station, left, index * step, width - left))),
      hub(0, hubTop, width, hubHeight),
      h('ul', { 'aria-label': text('control.destinations') },
        destinations.map((station, index) => stationBox(station, left, below + index * step, width - left))),
    ]);
  }

  /** @param {number} width @param {number} height @param {SVGElement[]} links @param {HTMLElement[]} boxes */
  #place(width, height, links, boxes) {
    this.#canvas.style.setProperty('height', `${Math.ceil(height)}px`);
    this.#canvas.replaceChildren(
      svg('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' }, ...links), ...boxes);
  }
}

/** @param {number} instances @param {number} most */
function thickness(instances, most) {
  return instances === 0 ? 1.5 : 2 + 10 * (Math.log1p(instances) / Math.log1p(most));
}

/** @param {number} x @param {number} y @param {number} toX @param {number} toY */
function curve(x, y, toX, toY) {
  const middle = (x + toX) / 2;
  return `M${x},${y}C${middle},${y} ${middle},${toY} ${toX},${toY}`;
}

/** @param {Station} station @param {number} thick @param {string} path */
function link(station, thick, path) {
  return svg('path', {
    d: path, 'stroke-width': thick.toFixed(1),
    class: `map-link ${station.kind} ${station.instances === 0 ? 'idle' : ''}`,
  });
}

/** @param {Station} station @param {number} left @param {number} top @param {number} width */
function stationBox(station, left, top, width) {
  const box = h('li', { class: `map-box ${station.kind}` },
    h('a', { href: station.href },
      h('strong', {}, station.name), h('span', { class: 'flow' }, station.flow),
      h('span', { class: 'state', title: station.state }, station.state)));
  place(box, left, top, width, boxHeight);
  return box;
}

/** @param {number} left @param {number} top @param {number} width @param {number} height */
function hub(left, top, width, height) {
  const box = h('div', { class: 'map-hub' }, icon('isocenter'), h('strong', {}, text('control.thisArchive')));
  place(box, left, top, width, height);
  return box;
}

/** @param {HTMLElement} box @param {number} left @param {number} top @param {number} width @param {number} height */
function place(box, left, top, width, height) {
  for (const [name, value] of Object.entries({ left, top, width, height })) box.style.setProperty(name, `${value}px`);
}

/**
 * As many stations as fit; the rest as one.
 *
 * @param {Station[]} stations
 * @param {string} href
 * @returns {Station[]}
 */
function fold(stations, href) {
  const active = stations.filter((station) => station.kind !== 'silent');
  const silent = stations.filter((station) => station.kind === 'silent');
  const ordered = [...active, ...silent];
  // A single one left over takes no more room than the station that would stand for it.
  if (ordered.length <= mostStations && silent.length <= 3) return ordered;
  const shown = [...active, ...silent.slice(0, silent.length <= 3 ? silent.length : 0)].slice(0, mostStations - 1);
  const rest = ordered.filter((station) => !shown.includes(station));
  const allSilent = rest.every((station) => station.kind === 'silent');
  return [...shown, {
    name: allSilent ? text('control.silentNodes', { count: rest.length }) : text('control.moreNodes', { count: rest.length }),
    href, flow: rest.slice(0, 3).map((station) => station.name).join(', ') + (rest.length > 3 ? ' …' : ''), state: '',
    kind: allSilent ? 'silent' : '', instances: rest.reduce((sum, station) => sum + station.instances, 0),
  }];
}

/** @param {Situation} situation @param {number} hours @returns {Station[]} */
function sourceStations({ traffic, nodes }, hours) {
  /** @type {Map<string, { sent: import('./traffic.js').Volume, lastSeen: string }>} */
  const names = new Map();
  for (const source of traffic.sources) {
    const sent = volume(source.hours, hours, traffic.at);
    const present = names.get(source.name);
    if (!present) {
      names.set(source.name, { sent, lastSeen: source.lastSeen });
      continue;
    }
    present.sent = {
      instances: present.sent.instances + sent.instances, bytes: present.sent.bytes + sent.bytes,
      studies: present.sent.studies + sent.studies,
    };
    if (source.lastSeen > present.lastSeen) present.lastSeen = source.lastSeen;
  }
  const seen = [...names].sort(([, one], [, other]) => other.sent.instances - one.sent.instances);
  return [
    ...seen.map(([name, { sent, lastSeen }]) => station(name, sent, text('control.seen', { ago: ago(lastSeen, Date.parse(traffic.at)) }))),
    ...nodes.filter((node) => !names.has(node.aeTitle)).map((node) =>
      station(node.aeTitle, { instances: 0, bytes: 0, studies: 0 }, text('control.neverSeen'))),
  ];
}

/**
 * @param {string} name
 * @param {import('./traffic.js').Volume} sent
 * @param {string} state
 * @returns {Station}
 */
function station(name, sent, state) {
  const isSilent = sent.instances === 0;
  return {
    name, href: `/control/nodes/${encodeURIComponent(name)}`, state, kind: isSilent ? 'silent' : '',
    flow: isSilent ? text('control.silent') : `${text('control.imageCount', { count: sent.instances })} · ${bytes(sent.bytes)}`,
    instances: sent.instances,
  };
}

/** @param {Situation} situation @param {number} hours @returns {Station[]} */
function destinationStations({ traffic, destinations, queues }, hours) {
  return destinations.map((destination) => {
    const sent = traffic.destinations?.find((each) => each.name === destination.name);
    const { instances } = volume(sent?.hours ?? [], hours, traffic.at);
    const queue = queues.find((each) => each.destination === destination.name);
    const { kind, state } = destinationState(queue, sent?.lastSent, traffic.at, instances);
    return {
      name: destination.name, href: `/control/queues/${encodeURIComponent(destination.name)}`, kind, state, instances,
      flow: [
        instances === 0 ? text('control.nothingSent') : text('control.imageCount', { count: instances }),
        (queue?.waiting ?? 0) > 0 ? text('control.waitingCount', { number: brief(queue?.waiting ?? 0) }) : '',
      ].filter((word) => word !== '').join(' · '),
    };
  });
}

/**
 * @param {MapQueue | undefined} queue
 * @param {string | undefined} lastSent
 * @param {string} at
 * @param {number} instances
 * @returns {{ kind: Station['kind'], state: string }}
 */
function destinationState(queue, lastSent, at, instances) {
  if (queue && queue.failures > 0) return { kind: 'bad', state: text('control.failing', { why: queue.reason ?? '' }) };
  if (queue && queue.setAside > 0) return { kind: 'bad', state: text('control.setAsideCount', { count: queue.setAside }) };
  if (queue?.paused) return { kind: 'warn', state: text('control.paused') };
  if (lastSent) return { kind: instances === 0 ? 'silent' : '', state: text('control.lastSent', { ago: ago(lastSent, Date.parse(at)) }) };
  return { kind: 'silent', state: text('control.neverSent') };
}
