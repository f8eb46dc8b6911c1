import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeRows } from '../../Sources/WebApp/Assets/viewer/dicom/attribute-rows.js';
import { DataSet } from '../../Sources/WebApp/Assets/viewer/dicom/data-set.js';
import { nameOf } from '../../Sources/WebApp/Assets/viewer/dicom/dictionary.js';
import { patientLines, studyLines } from '../../Sources/WebApp/Assets/viewer/dicom/identity.js';
import { sopClassName } from '../../Sources/WebApp/Assets/viewer/dicom/sop-classes.js';
import { rateOf, timingOf } from '../../Sources/WebApp/Assets/viewer/dicom/timing.js';
import { decodingOf } from '../../Sources/WebApp/Assets/viewer/dicom/transfer-syntaxes.js';
import { Cine } from '../../Sources/WebApp/Assets/viewer/tools/cine.js';
import { commandOf } from '../../Sources/WebApp/Assets/viewer/tools/keys.js';
import { presetsOf } from '../../Sources/WebApp/Assets/viewer/tools/presets.js';
import { WheelSteps } from '../../Sources/WebApp/Assets/viewer/tools/wheel.js';
import { draggedWindow } from '../../Sources/WebApp/Assets/viewer/tools/window-drag.js';

test('A clip plays as its frame times say', () => {
  const of = (/** @type {Record<string, number[]>} */ numbers, frames = 3) => timingOf(new DataSet(Object.fromEntries(
    Object.entries(numbers).map(([tag, Value]) => [tag, { vr: 'DS', Value }]))), frames);
  assert.deepEqual(of({ '00181065': [0, 40, 60] }), { milliseconds: [40, 60, 60], source: 'vector' });
  assert.deepEqual(of({ '00181063': [50] }), { milliseconds: [50, 50, 50], source: 'time' });
  assert.deepEqual(of({ '00181063': [0], '00180040': [20] }), { milliseconds: [50, 50, 50], source: 'rate' });
  assert.equal(of({ '00082144': [10], '00180040': [20] }).milliseconds[0], 100);
  assert.equal(of({}).source, 'none');
  assert.equal(of({ '00181065': [0, 0, 0] }).source, 'none');
  assert.equal(rateOf(of({ '00181063': [33.3] })), 30);
  assert.equal(rateOf(of({ '00181063': [0.001] })), 60);
});

/** A display whose frames come when the test says. */
function makeCine() {
  /** @type {((now: number) => void) | undefined} */
  let next;
  const state = { place: 0, ready: true };
  const cine = new Cine({
    request: (action) => { next = action; return 1; },
    cancel: () => { next = undefined; },
    isReady: () => state.ready,
    advance: () => { state.place = (state.place + 1) % 4; },
  });
  const run = (/** @type {number} */ from, /** @type {number} */ to) => {
    const places = [];
    for (let now = from; now < to; now += 10) {
      next?.(now);
      places.push(state.place);
    }
    return places;
  };
  return { cine, state, run };
}

test('Cine shows each frame for as long as it lasts', () => {
  const { cine, state, run } = makeCine();
  cine.durations = [100, 50, 50, 200];
  cine.play(() => state.place);
  const places = run(1000, 1400);
  assert.deepEqual([0, 1, 2, 3].map((place) => places.filter((each) => each === place).length), [10, 5, 5, 20]);
  cine.pause();
  assert.deepEqual(new Set(run(1400, 2000)), new Set([state.place]));
});

test('Cine waits for a frame that has not come, skips none and does not hurry after it', () => {
  const { cine, state, run } = makeCine();
  cine.durations = [50, 50, 50, 50];
  cine.play(() => state.place);
  run(0, 60);
  assert.equal(state.place, 1);
  state.ready = false;
  run(60, 600);
  assert.equal(state.place, 1);
  state.ready = true;
  const places = run(600, 800);
  assert.equal(places[0], 2);
  assert.ok(places.every((place, index) => index === 0 || (place - places[index - 1] + 4) % 4 <= 1));
  assert.ok(places.filter((place) => place === 2).length >= 4);
});

test('Keys mean one thing, and nothing with a modifier of the browser', () => {
  const of = (/** @type {string} */ key, more = {}) => commandOf({ key, ...more });
  assert.deepEqual(['ArrowDown', 'PageUp', 'Home', ' ', 'I', '3', '0', 'w', '?'].map((key) => of(key)),
    ['next', 'pagePrevious', 'first', 'play', 'invert', 'preset:3', 'preset:0', 'tool:window', 'keys']);
  assert.deepEqual(['R', '!', '$'].map((key) => of(key, { shiftKey: true })), ['turnBack', 'layout:1', 'layout:4']);
  assert.deepEqual(['r', 'f', 't'].map((key) => of(key, { ctrlKey: true })), [undefined, undefined, undefined]);
  assert.equal(of('constructor'), undefined);
  assert.equal(of('F5'), undefined);
});

test('A notch of a wheel is a step, small moves of a touchpad add up', () => {
  const wheel = new WheelSteps();
  assert.deepEqual([120, -53, 100].map((deltaY) => wheel.steps({ deltaY, deltaMode: 0 })), [1, -1, 1]);
  assert.equal(wheel.steps({ deltaY: 3, deltaMode: 1 }), 1);
  assert.equal(Array.from({ length: 12 }, () => wheel.steps({ deltaY: 4, deltaMode: 0 })).reduce((sum, step) => sum + step), 2);
  assert.equal([20, -20, 20, -20].map((deltaY) => wheel.steps({ deltaY, deltaMode: 0 })).reduce((sum, step) => sum + step), 0);
});

test('Dragging right widens a window, down raises its centre, and it never closes', () => {
  const window = { center: 40, width: 400, function: /** @type {const} */ ('LINEAR') };
  const wider = draggedWindow(window, 30, 0, 1);
  assert.ok(wider.width > 400 && wider.center === 40);
  assert.ok(draggedWindow(window, 0, 30, 1).center > 40);
  assert.equal(draggedWindow(window, -100000, 0, 1).width, 1);
});

test('Only Hounsfield units have presets', () => {
  assert.ok(presetsOf('CT', 'HU').some(({ name, window }) => name === 'lung' && window.center === -600));
  assert.deepEqual([presetsOf('CT', ''), presetsOf('MR', '')], [[], []]);
});

test('Attributes are listed with what is in their sequences, names and sizes', () => {
  const rows = attributeRows(new DataSet({
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B', Ideographic: '山' }] },
    '00186011': { vr: 'SQ', Value: [{ '00186024': { vr: 'US', Value: [3] } }] },
    '00281201': { vr: 'OW', InlineBinary: 'AAECAw==' },
    '00091001': { vr: 'UN', InlineBinary: 'AAEC' },
    '60003000': { vr: 'OW', BulkDataURI: 'x' },
    '7FE00010': { vr: 'OW', BulkDataURI: 'x' },
  }), nameOf);
  assert.deepEqual(rows.map(({ depth, name, kind, value }) => [depth, name, kind, value]), [
    [0, '', 'bytes', '3'], [0, "Patient's Name", 'value', 'A^B = 山'], [0, 'Sequence of Ultrasound Regions', 'items', '1'],
    [1, '', 'item', '1'], [2, 'Physical Units X Direction', 'value', '3'],
    [0, 'Red Palette Color Lookup Table Data', 'bytes', '4'], [0, 'Overlay Data', 'bulk', ''], [0, 'Pixel Data', 'bulk', ''],
  ]);
});

test('Patients and examinations are told in lines, without what is not known', () => {
  const dataSet = new DataSet({
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Eva^Maria^Dr.^PhD', Ideographic: '米勒' }] },
    '00100020': { vr: 'LO', Value: ['P 1'] }, '00100030': { vr: 'DA', Value: ['19640229'] }, '00100040': { vr: 'CS' },
    '00081030': { vr: 'LO', Value: ['Thorax'] }, '00080020': { vr: 'DA', Value: ['20240102'] }, '00080030': { vr: 'TM', Value: ['0930'] },
  });
  assert.deepEqual(patientLines(dataSet), ['Müller, Dr. Eva Maria PhD · 米勒', 'P 1', '1964-02-29']);
  assert.deepEqual(studyLines(dataSet), ['Thorax', '2024-01-02  09:30']);
  assert.deepEqual(patientLines(new DataSet({})), []);
});

test('Transfer syntaxes are decoded here or by the server', () => {
  assert.deepEqual(['1.2.840.10008.1.2', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.90', '9.9'].map(decodingOf),
    ['native', 'bigEndian', 'jpeg', 'server', 'server']);
});

test('Storage classes have names', () => {
  assert.equal(sopClassName('1.2.840.10008.5.1.4.1.1.104.1'), 'Encapsulated PDF');
  assert.equal(sopClassName('1.2.3'), '1.2.3');
});
