import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '../../Sources/WebApp/Assets/viewer/dicom/data-set.js';
import { Instance } from '../../Sources/WebApp/Assets/viewer/dicom/instance.js';
import { aspectOf, spacingOf } from '../../Sources/WebApp/Assets/viewer/dicom/spacing.js';
import { stacksOf } from '../../Sources/WebApp/Assets/viewer/dicom/stacks.js';
import { oppositeLetters, orientationLetters, planeOf } from '../../Sources/WebApp/Assets/viewer/math/plane.js';
import { scaleBarOf } from '../../Sources/WebApp/Assets/viewer/math/scale-bar.js';
import {
  applied, edges, fittingZoom, imageToViewport, initialView, inverted, mirroredAcross, mirroredDown, turned, zoomedAt,
} from '../../Sources/WebApp/Assets/viewer/math/view.js';
import { golden } from './golden.mjs';

/** @param {Record<string, [string, ...unknown[]]>} attributes tag: VR and values */
function dataSet(attributes) {
  return new DataSet(Object.fromEntries(Object.entries(attributes).map(([tag, [vr, ...Value]]) => [tag, { vr, Value }])));
}

/** @param {number} index @param {Record<string, [string, ...unknown[]]>} [more] */
function slice(index, more = {}) {
  return new Instance(dataSet({
    '00080018': ['UI', `1.2.${index}`], '0020000E': ['UI', '1.3'], '00200013': ['IS', index], '00280010': ['US', 4],
    '00280011': ['US', 4], '00280100': ['US', 16], '7FE00010': ['OW'], ...more }));
}

/** @param {number[]} orientation @param {number[]} position @returns {Record<string, [string, ...unknown[]]>} */
function place(orientation, position) {
  return { '00200037': ['DS', ...orientation], '00200032': ['DS', ...position] };
}

const AXIAL = [1, 0, 0, 0, 1, 0];

test('A stack is read along its normal: head, front or right first, however it is turned', () => {
  for (const { orientation, positions, order, gap } of golden.stacks) {
    const [stack, ...more] = stacksOf(positions.map((position, index) => slice(index, place(orientation, position))));
    assert.equal(more.length, 0);
    assert.equal(stack.order, 'position');
    assert.deepEqual(stack.frames.map((frame) => frame.instance.number), order);
    assert.ok(Math.abs(stack.gap - gap) < 1e-5);
    assert.deepEqual(stack.notes, []);
    // Seen from behind it is read in the same order.
    const behind = [...orientation.slice(0, 3).map((part) => -part), ...orientation.slice(3)];
    const [other] = stacksOf(positions.map((position, index) => slice(index, place(behind, position))));
    assert.deepEqual(other.frames.map((frame) => frame.instance.number), order);
  }
});

test('Without positions, or with several images at one, a stack keeps the order of its numbers and says so', () => {
  const [plain] = stacksOf([3, 1, 2].map((index) => slice(index)));
  assert.deepEqual([plain.order, plain.frames.map((frame) => frame.instance.number)], ['number', [1, 2, 3]]);
  const [phases] = stacksOf([3, 1, 2].map((index) => slice(index, place(AXIAL, [0, 0, 7]))));
  assert.deepEqual([phases.order, phases.notes], ['number', ['samePositions']]);
});

test('A missing slice is noticed', () => {
  const [stack] = stacksOf([0, 1, 2, 4, 5].map((index) => slice(index, place(AXIAL, [0, 0, index * 3]))));
  assert.deepEqual([stack.notes, stack.gap], [['irregularGaps'], 3]);
});

test('A series of several orientations, sizes and kinds comes apart; a turning one does not', () => {
  const axial = [1, 2].map((index) => slice(index, place(AXIAL, [0, 0, index])));
  const coronal = [3, 4].map((index) => slice(index, place([1, 0, 0, 0, 0, -1], [0, index, 0])));
  const clip = slice(5, { '00280008': ['IS', 3] });
  const report = new Instance(dataSet({ '00080018': ['UI', '1.9'], '00200013': ['IS', 6] }));
  const stacks = stacksOf([report, clip, ...coronal, ...axial]);
  assert.deepEqual(stacks.map((stack) => (stack.kind === 'images' ? stack.frames.length : stack.kind)), [2, 2, 3, 'object']);
  const turning = Array.from({ length: 20 }, (_, index) => {
    const [cos, sin] = [Math.cos(index / 7), Math.sin(index / 7)];
    return slice(index, place([cos, sin, 0, 0, 0, -1], [0, 0, 0]));
  });
  const [turned20, ...more] = stacksOf(turning);
  assert.equal(more.length, 0);
  assert.deepEqual([turned20.frames.length, turned20.notes], [20, ['differentOrientations']]);
});

test('The frames of an enhanced object have planes of their own', () => {
  const group = (/** @type {number} */ z) => ({ '00209113': { vr: 'SQ', Value: [{ '00200032': { vr: 'DS', Value: [0, 0, z] } }] } });
  const shared = { '00209116': { vr: 'SQ', Value: [{ '00200037': { vr: 'DS', Value: AXIAL } }] } };
  const [stack] = stacksOf([slice(1, { '00280008': ['IS', 3], '52009229': ['SQ', shared],
    '52009230': ['SQ', group(5), group(15), group(10)] })]);
  assert.deepEqual(stack.frames.map((frame) => frame.number), [2, 3, 1]);
});

test('Directions are named for people', () => {
  const letters = (/** @type {number[]} */ ...vector) => orientationLetters(/** @type {any} */ (vector));
  assert.deepEqual([letters(1, 0, 0), letters(0, 1, 0), letters(0, 0, 1)], ['L', 'P', 'H']);
  assert.deepEqual([letters(-1, 0, 0), letters(0, -1, 0), letters(0, 0, -1)], ['R', 'A', 'F']);
  assert.deepEqual([letters(-0.8, 0.6, 0), letters(0.1, -0.3, 0.9), letters(0.6, 0.55, 0.58)], ['RP', 'HA', 'LH']);
  assert.equal(oppositeLetters('RP'), 'LA');
});

test('Directions that are none make no plane', () => {
  assert.equal(planeOf([1, 0, 0, 1, 0, 0], [0, 0, 0]), undefined);
  assert.equal(planeOf([0, 0, 0, 0, 1, 0], [0, 0, 0]), undefined);
  assert.equal(planeOf([1, 0, 0], [0, 0, 0]), undefined);
  assert.deepEqual(planeOf(AXIAL, [1, 2, 3])?.normal, [0, 0, 1]);
});

test('A pixel keeps its size and its source', () => {
  const of = (/** @type {Record<string, [string, ...unknown[]]>} */ attributes) => spacingOf(dataSet(attributes), 1);
  const spacing = /** @type {Record<string, [string, ...unknown[]]>} */ ({ '00280030': ['DS', 0.5, 0.25] });
  assert.deepEqual(of(spacing), { row: 0.5, column: 0.25, source: 'patient' });
  assert.equal(aspectOf(dataSet(spacing), of(spacing)), 2);
  const detector = /** @type {Record<string, [string, ...unknown[]]>} */ ({ '00181164': ['DS', 0.1, 0.1] });
  assert.deepEqual(of(detector), { row: 0.1, column: 0.1, source: 'detector' });
  const modality = /** @type {Record<string, [string, ...unknown[]]>} */ ({ '00080060': ['CS', 'DX'] });
  assert.equal(of({ ...modality, ...detector, '00280030': ['DS', 0.1, 0.1] })?.source, 'detector');
  assert.equal(of({ ...modality, ...detector, '00280030': ['DS', 0.09, 0.09] })?.source, 'calibrated');
  assert.equal(of({ ...modality, '00280030': ['DS', 0.1, 0.1] })?.source, 'detector');
  const region = (/** @type {number} */ delta, unit = 3) => ({ '00186024': { vr: 'US', Value: [unit] },
    '00186026': { vr: 'US', Value: [unit] }, '0018602C': { vr: 'FD', Value: [delta] }, '0018602E': { vr: 'FD', Value: [delta] } });
  assert.deepEqual(of({ '00186011': ['SQ', region(0.05)] }), { row: 0.5, column: 0.5, source: 'region' });
  assert.equal(of({ '00186011': ['SQ', region(0.05), region(0.06)] }), undefined);
  assert.deepEqual(of({ '00186011': ['SQ', region(0.05), region(1, 4)] })?.source, 'region');
  assert.equal(aspectOf(dataSet({ '00280034': ['IS', 4, 3] }), undefined), 4 / 3);
  assert.equal(of({ '00280030': ['DS', 0, 0] }), undefined);
});

const IMAGE = { columns: 200, rows: 100, aspect: 1.5 };
const VIEWPORT = { width: 640, height: 480 };

test('An image is laid out the way it is turned and mirrored, and back', () => {
  let view = { ...initialView(), zoom: 2, x: 7, y: -3 };
  const corner = (/** @type {typeof view} */ each) => applied(imageToViewport(each, IMAGE, VIEWPORT), 0, 0);
  assert.deepEqual(corner(view), [320 + 7 - 200, 240 - 3 - 150]);
  // A mirror across the display's middle.
  assert.deepEqual(corner(mirroredAcross(view)), [640 - 127, 87]);
  assert.deepEqual(corner(mirroredDown(view)), [127, 480 - 87]);
  for (const step of [(each) => turned(each, 1), mirroredAcross, (each) => turned(each, -1), mirroredDown, (each) => turned(each, 2)]) {
    const [x, y] = corner(view);
    const before = view;
    view = step(view);
    const expected = step === mirroredAcross ? [640 - x, y] : step === mirroredDown ? [x, 480 - y] : undefined;
    if (expected) assert.deepEqual(corner(view), expected);
    assert.notDeepEqual(view, before);
    const matrix = imageToViewport(view, IMAGE, VIEWPORT);
    const [column, row] = applied(inverted(matrix), ...applied(matrix, 12.5, 33));
    assert.ok(Math.abs(column - 12.5) < 1e-9 && Math.abs(row - 33) < 1e-9);
  }
});

test('Turning four times and mirroring twice change nothing', () => {
  const view = { ...initialView(), zoom: 1.5, x: 11, y: -4, turns: 1, mirrored: true };
  assert.deepEqual([1, 1, 1, 1].reduce(turned, view), view);
  assert.deepEqual(mirroredAcross(mirroredAcross(view)), view);
  assert.deepEqual(mirroredDown(mirroredDown(view)), view);
});

test('The edges say which way the patient lies, after any turn and mirror', () => {
  for (let turns = 0; turns < 4; turns += 1) {
    for (const mirrored of [false, true]) {
      const view = { ...initialView(), turns, mirrored };
      const matrix = imageToViewport(view, { columns: 10, rows: 10, aspect: 1 }, VIEWPORT);
      const around = edges(view);
      // Walking along the image's axis that an edge names must lead to that edge.
      for (const [name, dx, dy] of [['right', 1, 0], ['left', -1, 0], ['bottom', 0, 1], ['top', 0, -1]]) {
        const edge = around[name];
        const step = edge.axis === 'right' ? [edge.sign, 0] : [0, edge.sign];
        const [fromX, fromY] = applied(matrix, 5, 5);
        const [toX, toY] = applied(matrix, 5 + step[0], 5 + step[1]);
        assert.deepEqual([Math.sign(toX - fromX) || 0, Math.sign(toY - fromY) || 0], [dx, dy], `${name} ${turns} ${mirrored}`);
      }
    }
  }
});

test('Zooming keeps the point under the pointer', () => {
  const view = { ...initialView(), zoom: 1.3, x: 20, y: 30, turns: 3 };
  const [column, row] = applied(inverted(imageToViewport(view, IMAGE, VIEWPORT)), 400, 100);
  const zoomed = zoomedAt(view, 2.5, 400 - 320, 100 - 240);
  const [x, y] = applied(imageToViewport(zoomed, IMAGE, VIEWPORT), column, row);
  assert.ok(Math.abs(x - 400) < 1e-9 && Math.abs(y - 100) < 1e-9);
});

test('A fitted image touches the viewport and stays within', () => {
  for (const turns of [0, 1]) {
    const zoom = fittingZoom(IMAGE, VIEWPORT, turns);
    const [w, h] = turns === 0 ? [200, 150] : [150, 200];
    assert.ok(Math.abs(Math.max((w * zoom) / 640, (h * zoom) / 480) - 1) < 1e-9);
  }
});

test('A scale bar has a round length that fits', () => {
  assert.deepEqual(scaleBarOf(0.5, 240), { length: 100, pixels: 200 });
  assert.deepEqual(scaleBarOf(0.001, 240), { length: 0.2, pixels: 200 });
  assert.equal(scaleBarOf(1000, 0.4), undefined);
});
