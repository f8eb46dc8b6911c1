import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '../../Sources/WebApp/Assets/viewer/dicom/data-set.js';
import { describeImage } from '../../Sources/WebApp/Assets/viewer/dicom/image-description.js';
import { decodeNative, PixelError } from '../../Sources/WebApp/Assets/viewer/image/frame-decoder.js';
import { grayscaleOf, levelOf } from '../../Sources/WebApp/Assets/viewer/image/grayscale.js';
import { withColorSpace } from '../../Sources/WebApp/Assets/viewer/image/jpeg-color-space.js';
import { lookUp, makeTable } from '../../Sources/WebApp/Assets/viewer/image/lookup-table.js';
import { modalityOf } from '../../Sources/WebApp/Assets/viewer/image/modality.js';
import { makePalette, paletteColors } from '../../Sources/WebApp/Assets/viewer/image/palette.js';
import { isInverse, viewsOf } from '../../Sources/WebApp/Assets/viewer/image/voi.js';
import { bytesOf, golden } from './golden.mjs';

/** @param {Record<string, unknown>} changes */
function description(changes) {
  return {
    rows: 8, columns: 8, samples: 1, photometric: 'MONOCHROME2', planar: false, bitsAllocated: 16, bitsStored: 16,
    highBit: 15, signed: false, floating: false, inWords: true, frames: 1, ...changes,
  };
}

test('A window spreads values as pydicom does, for every function, sign and rescale', () => {
  for (const { slope, intercept, center, width, function: name, values, levels } of golden.windows) {
    const grayscale = grayscaleOf({ slope, intercept }, { kind: 'window', window: { center, width, function: name } }, false);
    values.forEach((value, index) => {
      assert.ok(Math.abs(levelOf(grayscale, value) - levels[index]) <= 0.51,
        `${name} ${center} ${width} of ${value}: ${levelOf(grayscale, value)} instead of ${levels[index]}`);
    });
  }
});

test('An inverse window shows what is black as white', () => {
  const values = { kind: 'window', window: { center: 50, width: 100, function: 'LINEAR_EXACT' } };
  const plain = grayscaleOf({ slope: 1, intercept: 0 }, values, false);
  const inverse = grayscaleOf({ slope: 1, intercept: 0 }, values, true);
  for (const value of [-10, 0, 13, 50, 77, 100, 130]) {
    assert.ok(Math.abs(levelOf(plain, value) + levelOf(inverse, value) - 255) <= 1);
  }
});

test('A window one value wide is a step, a negative slope turns it round', () => {
  const step = grayscaleOf({ slope: 1, intercept: 0 }, { kind: 'window', window: { center: 10, width: 1, function: 'LINEAR' } }, false);
  assert.deepEqual([8, 9, 9.5, 10, 11].map((value) => levelOf(step, value)), [0, 0, 0, 255, 255]);
  const falling = grayscaleOf({ slope: -1, intercept: 0 }, { kind: 'window', window: { center: 0, width: 10, function: 'LINEAR_EXACT' } }, false);
  assert.deepEqual([-9, 9].map((value) => levelOf(falling, value)), [255, 0]);
});

test('Lookup tables answer as pydicom does', () => {
  for (const { kind, signed, descriptor, data, values, found } of golden.tables) {
    const line = Uint8Array.from({ length: 131072 }, (_, index) => (index % 2 === 0 ? index >> 1 : index >> 9) & 255);
    const table = makeTable(descriptor, signed, data === null ? line : bytesOf(data));
    assert.ok(table);
    assert.deepEqual(values.map((value) => lookUp(table, value)), found, kind);
  }
});

test('A table whose data do not fill it is none', () => {
  assert.equal(makeTable([10, 0, 16], false, new Uint8Array(19)), undefined);
  assert.equal(makeTable([10, 0, 8], false, new Uint8Array(9)), undefined);
  assert.equal(makeTable([10], false, new Uint8Array(20)), undefined);
});

test('A table of eight-bit entries may be packed into words', () => {
  const table = makeTable([4, 0, 8], false, [0x0201, 0x0403]);
  assert.deepEqual([...(table?.entries ?? [])], [1, 2, 3, 4]);
});

test('Palettes, plain and in segments, colour as pydicom does', () => {
  for (const { descriptor, data, segmented, found } of golden.palettes) {
    const palette = makePalette(data.map((text) => ({ descriptor, data: bytesOf(text), segmented })), false);
    assert.ok(palette);
    const colors = paletteColors(palette, 8, false);
    found.forEach((color, index) => {
      for (let part = 0; part < 3; part += 1) {
        // Linear segments: pydicom cuts where we round.
        assert.ok(Math.abs(colors[index * 4 + part] - color[part]) <= (segmented ? 1 : 0), `${index}: ${color}`);
      }
    });
  }
});

test('YBR_FULL becomes the RGB that pydicom makes, by pixel and by plane', () => {
  const { ybr, rgb, rows, columns } = golden.colors;
  const [source, expected] = [bytesOf(ybr), bytesOf(rgb)];
  const planes = new Uint8Array(source.length);
  for (let index = 0; index < source.length; index += 1) planes[(index % 3) * 64 + Math.floor(index / 3)] = source[index];
  for (const [bytes, planar] of [[source, false], [planes, true]]) {
    const encoding = { bigEndian: false, description: description({
      rows, columns, samples: 3, photometric: 'YBR_FULL', planar, bitsAllocated: 8, bitsStored: 8, highBit: 7 }) };
    const pixels = decodeNative(bytes, encoding);
    assert.equal(pixels.kind, 'color');
    for (let index = 0; index < expected.length; index += 1) {
      const value = pixels.rgba[Math.floor(index / 3) * 4 + (index % 3)];
      assert.ok(Math.abs(value - expected[index]) <= 1);
    }
  }
});

test('Stored values leave out bits that are not theirs, and keep their sign, in either byte order', () => {
  for (const { bitsStored, highBit, signed, bytes, values } of golden.stored) {
    const little = bytesOf(bytes);
    const big = Uint8Array.from(little, (_, index) => little[index ^ 1]);
    for (const [input, bigEndian] of [[little, false], [big, true]]) {
      const pixels = decodeNative(input, { bigEndian, description: description({ bitsStored, highBit, signed }) });
      assert.deepEqual([...pixels.values], values);
      assert.equal(pixels.low, Math.min(...values));
      assert.equal(pixels.high, Math.max(...values));
    }
  }
});

test('Pixels of one bit lie in the least significant bit first', () => {
  const pixels = decodeNative(Uint8Array.of(0b00000101, 0b10000000), {
    bigEndian: false, description: description({ rows: 2, columns: 8, bitsAllocated: 1, bitsStored: 1, highBit: 0 }) });
  assert.deepEqual([...pixels.values], [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test('Padding does not count among the values', () => {
  const words = Uint16Array.from({ length: 64 }, (_, index) => (index === 0 ? 63536 : index));
  const pixels = decodeNative(new Uint8Array(words.buffer), {
    bigEndian: false, padding: { from: -2000, to: -2000 }, description: description({ signed: true }) });
  assert.deepEqual([pixels.low, pixels.high], [1, 63]);
});

test('A frame that is too short is refused', () => {
  assert.throws(() => decodeNative(new Uint8Array(127), { bigEndian: false, description: description({}) }), PixelError);
});

test('Pixels that lie at an odd address are read', () => {
  const bytes = new Uint8Array(129).subarray(1).fill(1);
  assert.equal(decodeNative(bytes, { bigEndian: false, description: description({}) }).values[0], 257);
});

test('A JPEG stream whose data set says RGB is told to the decoder, unless the stream says otherwise', () => {
  const start = [0xff, 0xd8];
  const frame = [0xff, 0xc0, 0x00, 0x04, 0, 0, 0xff, 0xda];
  const plain = Uint8Array.from([...start, ...frame]);
  assert.equal(withColorSpace(plain, 'YBR_FULL_422'), plain);
  const told = withColorSpace(plain, 'RGB');
  assert.equal(String.fromCharCode(...told.subarray(6, 11)), 'Adobe');
  assert.equal(told[17], 0);
  assert.deepEqual([...told.subarray(18)], frame);
  const jfif = Uint8Array.from([...start, 0xff, 0xe0, 0x00, 0x07, 0x4a, 0x46, 0x49, 0x46, 0, ...frame]);
  assert.equal(withColorSpace(jfif, 'RGB'), jfif);
});

test('The views of a frame are its own, tables first, and say what they are for', () => {
  const shared = { '00281050': { vr: 'DS', Value: [40, 400, 40] }, '00281051': { vr: 'DS', Value: [80, 2000, 80] },
    '00281055': { vr: 'LO', Value: ['BRAIN', 'BONE'] }, '00281056': { vr: 'CS', Value: ['SIGMOID'] } };
  const [brain, bone, ...more] = viewsOf(new DataSet(shared), 1);
  assert.deepEqual(brain, { kind: 'window', window: { center: 40, width: 80, function: 'SIGMOID' }, explanation: 'BRAIN' });
  assert.equal(bone.explanation, 'BONE');
  assert.equal(more.length, 0);
  const perFrame = (/** @type {number} */ center) => ({ '00289132': { vr: 'SQ', Value: [
    { '00281050': { vr: 'DS', Value: [center] }, '00281051': { vr: 'DS', Value: [10] } }] } });
  const enhanced = new DataSet({ ...shared, '52009230': { vr: 'SQ', Value: [perFrame(1), perFrame(2)] } });
  assert.equal(viewsOf(enhanced, 2)[0].window.center, 2);
  const table = new DataSet({ ...shared, '00283010': { vr: 'SQ', Value: [{ '00283003': { vr: 'LO', Value: ['T'] } }] } });
  assert.deepEqual(viewsOf(table, 1).map((view) => view.kind), ['table', 'window', 'window']);
});

test('A blank slope is none, and CT has Hounsfield units', () => {
  const data = (/** @type {number} */ slope) => new DataSet({ '00080060': { vr: 'CS', Value: ['CT'] },
    '00281052': { vr: 'DS', Value: [-1024] }, '00281053': { vr: 'DS', Value: [slope] } });
  assert.deepEqual(modalityOf(data(2), 1), { slope: 2, intercept: -1024, unit: 'HU' });
  assert.deepEqual(modalityOf(data(0), 1), { slope: 1, intercept: 0, unit: '' });
});

test('MONOCHROME1 is inverse unless the shape says otherwise', () => {
  const data = (/** @type {string} */ photometric, /** @type {string} */ shape) => new DataSet({
    '00280004': { vr: 'CS', Value: [photometric] }, '20500020': { vr: 'CS', Value: [shape] } });
  assert.deepEqual([['MONOCHROME1', ''], ['MONOCHROME2', ''], ['MONOCHROME1', 'IDENTITY'], ['MONOCHROME1', 'INVERSE'],
    ['MONOCHROME2', 'INVERSE']].map(([photometric, shape]) => isInverse(data(photometric, shape))),
  [true, false, false, true, true]);
});

test('An image description needs a size and bits that make sense', () => {
  const make = (/** @type {Record<string, number>} */ changes) => {
    const numbers = { '00280010': 4, '00280011': 4, '00280100': 16, '00280101': 12, '00280102': 11, ...changes };
    const json = Object.fromEntries(Object.entries(numbers).map(([tag, value]) => [tag, { vr: 'US', Value: [value] }]));
    return describeImage(new DataSet({ ...json, '7FE00010': { vr: 'OW', BulkDataURI: 'x' } }));
  };
  assert.ok(make({}));
  assert.equal(make({ '00280010': 0 }), undefined);
  assert.equal(make({ '00280100': 12 }), undefined);
  assert.equal(make({ '00280101': 17 }), undefined);
  assert.equal(make({ '00280102': 16 }), undefined);
  assert.equal(describeImage(new DataSet({})), undefined);
});
