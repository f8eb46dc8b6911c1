import { h } from '/parts/element.js';
import { text } from '/text/catalogue.js';
import { patientLines, studyLines } from '../dicom/identity.js';
import { formatNumber } from '../dicom/text.js';
import { dot } from '../math/vector.js';
import { oppositeLetters, orientationLetters, readingAxis } from '../math/plane.js';
import { edges } from '../math/view.js';

/**
 * The text on an image. It always describes the frame that is drawn, never the one that is asked for.
 *
 * @typedef {import('../dicom/instance.js').Frame} Frame
 * @typedef {import('../dicom/stacks.js').ImageStack} ImageStack
 * @typedef {import('../math/view.js').View} View
 * @typedef {import('../image/grayscale.js').Values} Values
 *
 * @typedef {object} Shown
 * @property {Frame} frame
 * @property {ImageStack} stack
 * @property {View} view
 * @property {number} zoom displayed pixels per image pixel
 * @property {Values | undefined} values undefined for colours and previews
 * @property {string} tableName of a lookup table that is shown
 * @property {boolean} inverted by the reader
 */

const CORNERS = /** @type {const} */ (['patient', 'study', 'slice', 'pixels']);
const SIDES = /** @type {const} */ (['top', 'right', 'bottom', 'left']);

export class Overlay {
  constructor() {
    this.corners = CORNERS.map((name) => h('div', { class: `corner ${name}` }));
    this.letters = SIDES.map((name) => h('span', { class: `letter ${name}` }));
    this.value = h('p', { class: 'value' });
    this.element = h('div', { class: 'overlay' }, this.corners, this.letters, this.value);
  }

  /** @param {Shown | undefined} shown */
  show(shown) {
    const lines = shown
      ? [patientLines(shown.frame.dataSet), studyLines(shown.frame.dataSet), sliceLines(shown), pixelLines(shown)]
      : [[], [], [], []];
    this.corners.forEach((corner, index) => {
      const texts = lines[index] ?? [];
      if (corner.dataset.text === texts.join('\n')) return;
      corner.dataset.text = texts.join('\n');
      corner.replaceChildren(...texts.map((line) => h('p', {}, line)));
    });
    const letters = shown && edgeLetters(shown.frame, shown.view);
    this.letters.forEach((letter, index) => {
      letter.textContent = letters?.[SIDES[index] ?? 'top'] ?? '';
    });
    if (!shown) this.value.textContent = '';
  }
}

/** @param {Shown} shown @returns {string[]} */
function sliceLines({ frame, stack, zoom, values, tableName, inverted, view }) {
  const { plane, thickness } = frame;
  const lines = [];
  if (plane && stack.order === 'position') {
    const position = axisPosition(plane);
    lines.push(text('viewer.position', { position }));
  }
  const depth = [
    thickness === undefined ? '' : text('viewer.thickness', { thickness: formatNumber(thickness) }),
    stack.gap === undefined ? '' : text('viewer.gap', { gap: formatNumber(stack.gap) }),
  ].filter((part) => part !== '');
  if (depth.length > 0) lines.push(depth.join('  '));
  if (values?.kind === 'window') {
    const { center, width } = values.window;
    const digits = width < 10 ? 2 : 0;
    lines.push(text('viewer.window', { width: formatNumber(width, digits), center: formatNumber(center, digits) }));
  } else if (values) {
    lines.push(text('viewer.windowTable', { name: tableName }));
  }
  lines.push(text('viewer.zoom', { zoom: formatNumber(zoom * 100, 0) }));
  const changes = [inverted && text('viewer.inverted'), view.mirrored && text('viewer.mirrored')].filter(Boolean);
  if (changes.length > 0) lines.push(changes.join('  '));
  return lines;
}

/**
 * The plane's place along the axis on which it is read, with that axis' letter: `H 123.5`.
 *
 * @param {import('../math/plane.js').Plane} plane
 */
function axisPosition(plane) {
  const axis = readingAxis(plane.normal);
  const letters = orientationLetters(axis);
  const along = dot(plane.position, axis);
  // Said with the letter of the side it lies on, so that no sign has to be known by heart.
  return `${along >= 0 ? letters : oppositeLetters(letters)} ${formatNumber(Math.abs(along), 1)}`;
}

/** @param {Shown} shown @returns {string[]} */
function pixelLines({ frame, stack }) {
  const { spacing } = frame;
  const notes = stack.notes.map((note) => text(`viewer.note.${note}`));
  if (!spacing) return [...notes, text('viewer.spacing.none')];
  const size = text('viewer.spacing', { row: formatNumber(spacing.row, 3), column: formatNumber(spacing.column, 3) });
  return [...notes, `${size} ${text(`viewer.spacing.${spacing.source}`)}`];
}

/** @param {Frame} frame @param {View} view */
function edgeLetters(frame, view) {
  const { plane, patientOrientation } = frame;
  const right = plane ? orientationLetters(plane.right) : patientOrientation?.right;
  const down = plane ? orientationLetters(plane.down) : patientOrientation?.down;
  if (!right || !down) return undefined;
  const around = edges(view);
  const letters = (/** @type {import('../math/view.js').Edge} */ edge) => {
    const name = edge.axis === 'right' ? right : down;
    return edge.sign > 0 ? name : oppositeLetters(name);
  };
  return { top: letters(around.top), right: letters(around.right), bottom: letters(around.bottom),
    left: letters(around.left) };
}
