import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataSet } from '../../Sources/WebApp/Assets/viewer/dicom/data-set.js';
import { Instance } from '../../Sources/WebApp/Assets/viewer/dicom/instance.js';
import { Archive } from '../../Sources/WebApp/Assets/viewer/io/archive.js';
import { AHEAD, CONCURRENCY, FrameStore } from '../../Sources/WebApp/Assets/viewer/io/frame-store.js';
import { JSONArrayReader } from '../../Sources/WebApp/Assets/viewer/io/json-array.js';
import { Pictures } from '../../Sources/WebApp/Assets/viewer/io/pictures.js';
import { playOrder, prefetchOrder } from '../../Sources/WebApp/Assets/viewer/io/prefetch.js';

test('Elements of an array are read the same however its bytes are cut', () => {
  const value = [{ a: '}]"\\', b: [[], [{ c: 'é漢' }]] }, {}, { d: { e: '[{' } }];
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  for (let length = 1; length <= bytes.length; length += 1) {
    const reader = new JSONArrayReader();
    const found = [];
    for (let start = 0; start < bytes.length; start += length) found.push(...reader.read(bytes.subarray(start, start + length)));
    assert.deepEqual(found, value);
    assert.ok(reader.isComplete);
  }
  const cut = new JSONArrayReader();
  assert.deepEqual(cut.read(bytes.subarray(0, bytes.length - 1)), value);
  assert.equal(cut.isComplete, false);
});

test('Prefetching goes in the direction of scrolling, twice as far ahead as behind, and everywhere in the end', () => {
  assert.deepEqual(prefetchOrder(5, 100, 1, 7), [5, 6, 7, 4, 8, 9, 3]);
  assert.deepEqual(prefetchOrder(5, 100, -1, 7), [5, 4, 3, 6, 2, 1, 7]);
  assert.deepEqual(prefetchOrder(0, 3, -1, 9), [0, 1, 2]);
  for (const [index, direction] of [[0, 1], [9, 1], [4, -1], [9, -1]]) {
    assert.deepEqual([...prefetchOrder(index, 10, direction, 99)].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  assert.deepEqual(playOrder(8, 10, 4), [8, 9, 0, 1]);
});

/** A store whose loads are answered by hand. */
function makeStore(budget = 1000) {
  /** @type {Map<string, { resolve: (picture?: object) => void, reject: (error: Error) => void, signal: AbortSignal }[]>} */
  const asked = new Map();
  /** @type {(() => void)[]} */
  const timers = [];
  /** @type {string[]} */
  const disposed = [];
  const store = new FrameStore({
    budget,
    isPassing: (error) => error instanceof RangeError,
    later: (action) => timers.push(action),
    load: (frame, signal) => new Promise((resolve, reject) => {
      const picture = { key: frame.key, bytes: 100, dispose: () => disposed.push(frame.key) };
      const entry = { resolve: (other = picture) => resolve(other), reject, signal };
      asked.set(frame.key, [...(asked.get(frame.key) ?? []), entry]);
    }),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { store, asked, timers, disposed, settle };
}

/** @param {string} letters */
function frames(letters) {
  return [...letters].map((key) => ({ key }));
}

test('What is shown is asked for alone, what is ahead after it and never with every connection', async () => {
  const { store, asked, settle } = makeStore();
  store.wish('thumbnails', frames('t'), 1000);
  asked.get('t')[0].resolve();
  await settle();
  store.wish('viewport', frames('abcdefgh'));
  assert.deepEqual([...asked.keys()], ['t', 'a']);
  asked.get('a')[0].resolve();
  await settle();
  assert.deepEqual([...asked.keys()], ['t', 'a', 'b', 'c', 'd', 'e']);
  assert.equal(store.running.size, AHEAD);
  store.wish('other', frames('xyz'));
  assert.deepEqual([...asked.keys()].slice(6), ['x']);
  assert.ok(store.running.size < CONCURRENCY);
});

test('What nobody wishes any more is cancelled, and its late answer is dropped', async () => {
  const { store, asked, disposed, settle } = makeStore();
  /** @type {string[]} */
  const told = [];
  store.onChange((key) => told.push(key));
  store.wish('viewport', frames('ab'));
  store.wish('viewport', frames('cd'));
  assert.ok(asked.get('a')[0].signal.aborted);
  asked.get('a')[0].resolve();
  asked.get('c')[0].resolve();
  await settle();
  assert.equal(store.picture('a'), undefined);
  assert.equal(store.picture('c')?.key, 'c');
  assert.deepEqual([told, disposed], [['c'], ['a']]);
});

test('A picture that says it is of another frame is never kept', async () => {
  const { store, asked, settle } = makeStore();
  store.wish('viewport', frames('a'));
  asked.get('a')[0].resolve({ key: 'b', bytes: 1 });
  await settle();
  assert.equal(store.picture('a'), undefined);
  assert.equal(store.picture('b'), undefined);
  assert.ok(store.failure('a')?.error instanceof TypeError);
});

test('An answer to a request that was cancelled and asked again is not taken for the new one', async () => {
  const { store, asked, settle } = makeStore();
  store.wish('viewport', frames('a'));
  store.wish('viewport', frames('b'));
  store.wish('viewport', frames('a'));
  asked.get('a')[0].resolve();
  await settle();
  assert.equal(store.picture('a'), undefined);
  asked.get('a')[1].resolve();
  await settle();
  assert.equal(store.picture('a')?.key, 'a');
});

test('The budget is kept by dropping what was not looked at for longest, never what is shown', async () => {
  const { store, asked, disposed, settle } = makeStore(250);
  store.wish('viewport', frames('abcd'));
  asked.get('a')[0].resolve();
  await settle();
  asked.get('b')[0].resolve();
  await settle();
  asked.get('c')[0].resolve();
  await settle();
  assert.deepEqual([disposed, store.bytes], [['b'], 200]);
  assert.equal(store.picture('a')?.key, 'a');
});

test('What passes is tried again after a while, what does not only when somebody asks', async () => {
  const { store, asked, timers, settle } = makeStore();
  store.wish('viewport', frames('ab'));
  asked.get('a')[0].reject(new RangeError('network'));
  await settle();
  asked.get('b')[0].reject(new Error('never'));
  await settle();
  assert.deepEqual([store.failure('a')?.waiting, store.failure('b')?.waiting], [true, false]);
  assert.equal(timers.length, 1);
  timers[0]();
  assert.deepEqual([asked.get('a').length, asked.get('b').length], [2, 1]);
  asked.get('a')[1].resolve();
  await settle();
  store.retry('b');
  asked.get('b')[1].resolve();
  await settle();
  assert.deepEqual(['a', 'b'].map((key) => store.picture(key)?.key), ['a', 'b']);
});

test('A closed store has freed everything and answers nobody', async () => {
  const { store, asked, disposed, settle } = makeStore();
  store.wish('viewport', frames('ab'));
  asked.get('a')[0].resolve();
  await settle();
  store.close();
  asked.get('b')[0].resolve();
  await settle();
  assert.deepEqual([disposed, store.bytes, store.pictures.size], [['a', 'b'], 0, 0]);
});

/** @param {Record<string, string>} headers */
function answering(headers) {
  /** @type {string[]} */
  const asked = [];
  const archive = new Archive(async (path, { headers: sent }) => {
    asked.push(`${path} ${sent?.Accept}`);
    return new Response(new Uint8Array([1, 2]), { headers });
  });
  const instance = new Instance(new DataSet({ '0020000D': { vr: 'UI', Value: ['1.1'] }, '0020000E': { vr: 'UI', Value: ['1.2'] },
    '00080018': { vr: 'UI', Value: ['1.3'] } }));
  return { archive, asked, frame: { instance, number: 2 } };
}

test('A frame is asked for as it is stored, and an answer about another frame is refused', async () => {
  const path = '/dicom-web/studies/1.1/series/1.2/instances/1.3/frames/2';
  const right = answering({ 'Content-Type': 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50', 'Content-Location': `http://x${path}` });
  const found = await right.archive.frame(right.frame, new AbortController().signal);
  assert.deepEqual(right.asked, [`${path} application/octet-stream; transfer-syntax=*`]);
  assert.equal(found.transferSyntax, '1.2.840.10008.1.2.4.50');
  assert.equal((await found.bytes()).byteLength, 2);
  const wrong = answering({ 'Content-Location': `http://x${path.replace(/2$/, '3')}` });
  await assert.rejects(wrong.archive.frame(wrong.frame, new AbortController().signal), TypeError);
});

test('Bulk data are asked for where the viewer was served from, whatever the server takes itself for', async () => {
  const { archive, asked } = answering({});
  await archive.bulk('https://internal:9/dicom-web/studies/1.1/series/1.2/instances/1.3/bulkdata/00281201', new AbortController().signal);
  assert.match(asked[0], /^\/dicom-web\/studies\/1\.1\/series\/1\.2\/instances\/1\.3\/bulkdata\/00281201 /);
});

/** Pictures of one frame in JPEG-LS, from an archive that decodes or does not. */
async function pictureOf({ isGray, decodes }) {
  const asked = [];
  const archive = {
    async frame(_frame, _signal, form = 'stored') {
      asked.push(form);
      if (form === 'decoded' && !decodes) throw Object.assign(new Error('406'), { name: 'Refusal' });
      return { transferSyntax: '1.2.840.10008.1.2.4.80', bytes: async () => new ArrayBuffer(8), cancel: () => asked.push('cancel') };
    },
    async rendered() {
      asked.push('rendered');
      throw Object.assign(new Error('406'), { name: 'Refusal' });
    },
  };
  const decoders = {
    async decode(bytes, encoding, decoding) {
      asked.push(`${decoding} ${bytes.byteLength}`);
      return { kind: 'gray', columns: 2, rows: 2, values: new Uint16Array(4) };
    },
  };
  const frame = {
    key: 'k', number: 1, isGray, dataSet: new DataSet({}), modality: { slope: 1, intercept: 0 }, views: [],
    instance: { uid: '1.2', image: { photometric: isGray ? 'MONOCHROME2' : 'RGB', signed: false } },
  };
  const pictures = new Pictures(/** @type {any} */ (archive), /** @type {any} */ (decoders));
  const picture = await pictures.load(/** @type {any} */ (frame), new AbortController().signal).catch((error) => error);
  return { asked, picture };
}

test('Grey frames that are not decoded here come decoded from the server, colours and the rest as a picture', async () => {
  const gray = await pictureOf({ isGray: true, decodes: true });
  assert.deepEqual(gray.asked, ['stored', 'cancel', 'decoded', 'native 8']);
  assert.equal(gray.picture.quality, 'source');
  assert.equal(gray.picture.transferSyntax, '1.2.840.10008.1.2.4.80');
  const refused = await pictureOf({ isGray: true, decodes: false });
  assert.deepEqual(refused.asked, ['stored', 'cancel', 'decoded', 'rendered']);
  assert.equal(refused.picture.code, 'transferSyntax');
  const color = await pictureOf({ isGray: false, decodes: true });
  assert.deepEqual(color.asked, ['stored', 'cancel', 'rendered']);
});
