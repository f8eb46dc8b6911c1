/** Small charts: a line that grows while the page is open, and bars of a day. */

import { h } from '/parts/element.js';
import { locale } from '/text/catalogue.js';
import { svg } from './svg.js';

const width = 300;
const height = 72;
const inset = 2;

/** Samples that a line has at most: five minutes of one each two seconds. */
const samples = 150;

/**
 * A figure that is sampled: its present value in large, and how it was below.
 */
export class LiveFigure {
  /** @type {number[]} */
  #values = [];
  #value = h('p', { class: 'figure-value' }, '–');
  #line = svg('path', { class: 'chart-line', d: '' });
  #area = svg('path', { class: 'chart-area', d: '' });
  #format;

  /**
   * @param {string} label
   * @param {(value: number) => string} format
   */
  constructor(label, format) {
    this.#format = format;
    this.element = h('div', { class: 'panel figure' },
      h('h2', {}, label), this.#value,
      svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', class: 'chart', 'aria-hidden': 'true' },
        svg('line', { class: 'chart-base', x1: 0, x2: width, y1: height - 1, y2: height - 1 }), this.#area, this.#line));
  }

  /** @param {number} value */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > samples) this.#values.shift();
    this.#value.textContent = this.#format(value);
    const most = Math.max(...this.#values, Number.EPSILON);
    const step = width / (samples - 1);
    const from = samples - this.#values.length;
    const points = this.#values.map((each, index) => {
      const y = height - inset - (each / most) * (height - 2 * inset);
      return `${((from + index) * step).toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute('d', `M${points.join('L')}`);
    this.#area.setAttribute('d', `M${(from * step).toFixed(1)},${height}L${points.join('L')}L${width},${height}Z`);
  }
}

/**
 * Bars of the last 24 hours.
 *
 * @param {{ hour: Date, instances: number }[]} hours
 * @param {string} label read aloud instead of the bars
 * @returns {HTMLElement}
 */
export function dayBars(hours, label) {
  const most = Math.max(...hours.map((hour) => hour.instances), 1);
  const step = 20;
  const tall = 96;
  const bars = hours.map(({ instances }, index) => {
    const size = instances === 0 ? 1 : Math.max(2, (instances / most) * (tall - 4));
    return svg('rect', {
      class: instances === 0 ? 'bar-none' : 'bar-some', x: index * step + 2, y: tall - size, width: step - 4, height: size,
    }, svg('title', {}, `${hours[index]?.hour.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })} · ${instances.toLocaleString(locale)}`));
  });
  const marks = [0, 6, 12, 18, 23].map((index) =>
    h('span', {}, hours[index]?.hour.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' }) ?? ''));
  return h('div', { class: 'day' },
    svg('svg', { viewBox: `0 0 ${step * 24} ${tall}`, preserveAspectRatio: 'none', class: 'day-bars', role: 'img', 'aria-label': label }, ...bars),
    h('div', { class: 'day-marks', 'aria-hidden': 'true' }, marks));
}
