/**
 * Reads ZIP archives where they lie (APPNOTE.TXT): the directory at the end, then each entry as it is asked for, unpacked
 * by the browser's own `DecompressionStream`. ZIP64 is understood; encryption and other methods are not.
 */

/** Bytes at the end in which the end record must be: itself and the longest comment. */
const tailLength = 22 + 65_535;
/** Bytes of a directory, and entries in it. */
const maximumDirectory = 64 * 1024 * 1024;
const maximumEntries = 200_000;
/** Bytes of one unpacked entry. */
export const maximumEntry = 4 * 1024 * 1024 * 1024;

/**
 * @typedef {object} ZIPEntry
 * @property {string} name
 * @property {() => Promise<Blob>} open
 * @property {import('/text/catalogue.js').TextKey} [problem]
 */

/** The archive is not one, or not of a kind that is read here. */
export class BadZIP extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<boolean>}
 */
export async function isZIP(file) {
  const start = new DataView(await file.slice(0, 4).arrayBuffer());
  return start.byteLength === 4 && (start.getUint32(0, true) === 0x04034b50 || start.getUint32(0, true) === 0x06054b50);
}

/**
 * @param {Blob} file
 * @returns {AsyncGenerator<ZIPEntry>} Without folders.
 * @throws {BadZIP}
 */
export async function* zipEntries(file) {
  const { offset, size, count } = await directoryOf(file);
  if (size > maximumDirectory || count > maximumEntries || offset + size > file.size) throw new BadZIP();
  const view = new DataView(await file.slice(offset, offset + size).arrayBuffer());
  let place = 0;
  for (let number = 0; number < count; number += 1) {
    if (place + 46 > view.byteLength || view.getUint32(place, true) !== 0x02014b50) throw new BadZIP();
    const flags = view.getUint16(place + 8, true);
    const method = view.getUint16(place + 10, true);
    const nameLength = view.getUint16(place + 28, true);
    const extraLength = view.getUint16(place + 30, true);
    const next = place + 46 + nameLength + extraLength + view.getUint16(place + 32, true);
    if (next > view.byteLength) throw new BadZIP();
    const sizes = {
      unpacked: view.getUint32(place + 24, true), packed: view.getUint32(place + 20, true),
      header: view.getUint32(place + 42, true),
    };
    readZIP64(view, place + 46 + nameLength, extraLength, sizes);
    const name = decoded(new Uint8Array(view.buffer, place + 46, nameLength), (flags & 0x800) !== 0);
    place = next;
    if (name.endsWith('/')) continue;
    const open = () => unpack(file, sizes, method);
    if ((flags & 1) !== 0) yield { name, open, problem: 'upload.why.encrypted' };
    else if (method !== 0 && method !== 8) yield { name, open, problem: 'upload.why.badZIP' };
    else if (sizes.unpacked > maximumEntry) yield { name, open, problem: 'upload.why.badZIP' };
    else yield { name, open };
  }
}

/** @param {Blob} file */
async function directoryOf(file) {
  const start = Math.max(0, file.size - tailLength);
  const tail = new DataView(await file.slice(start).arrayBuffer());
  for (let place = tail.byteLength - 22; place >= 0; place -= 1) {
    if (tail.getUint32(place, true) !== 0x06054b50) continue;
    const found = {
      count: tail.getUint16(place + 10, true), size: tail.getUint32(place + 12, true),
      offset: tail.getUint32(place + 16, true),
    };
    const locator = place - 20;
    if (locator >= 0 && tail.getUint32(locator, true) === 0x07064b50) {
      const at = Number(tail.getBigUint64(locator + 8, true));
      const end = new DataView(await file.slice(at, at + 56).arrayBuffer());
      if (end.byteLength === 56 && end.getUint32(0, true) === 0x06064b50) {
        return {
          count: Number(end.getBigUint64(32, true)), size: Number(end.getBigUint64(40, true)),
          offset: Number(end.getBigUint64(48, true)),
        };
      }
    }
    return found;
  }
  throw new BadZIP();
}

/**
 * Sizes that do not fit 32 bits are in an extra field, in a fixed order, those only (APPNOTE §4.5.3).
 *
 * @param {DataView} view
 * @param {number} start
 * @param {number} length
 * @param {{ unpacked: number, packed: number, header: number }} sizes
 */
function readZIP64(view, start, length, sizes) {
  let place = start;
  while (place + 4 <= start + length) {
    const size = view.getUint16(place + 2, true);
    if (view.getUint16(place, true) === 1) {
      let inner = place + 4;
      for (const key of /** @type {const} */ (['unpacked', 'packed', 'header'])) {
        if (sizes[key] !== 0xffffffff || inner + 8 > place + 4 + size) continue;
        sizes[key] = Number(view.getBigUint64(inner, true));
        inner += 8;
      }
      return;
    }
    place += 4 + size;
  }
}

/**
 * @param {Blob} file
 * @param {{ unpacked: number, packed: number, header: number }} sizes
 * @param {number} method
 * @returns {Promise<Blob>}
 */
async function unpack(file, sizes, method) {
  const header = new DataView(await file.slice(sizes.header, sizes.header + 30).arrayBuffer());
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) throw new BadZIP();
  const start = sizes.header + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = file.slice(start, start + sizes.packed);
  if (method === 0) return packed;
  // An entry that unpacks to more than it says is stopped there.
  let left = sizes.unpacked;
  const bounded = new TransformStream({
    transform(/** @type {Uint8Array} */ chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) controller.error(new BadZIP());
      else controller.enqueue(chunk);
    },
  });
  const inflater = new DecompressionStream('deflate-raw');
  const blob = await new Response(packed.stream().pipeThrough(inflater).pipeThrough(bounded)).blob();
  if (left !== 0) throw new BadZIP();
  return blob;
}

/**
 * @param {Uint8Array} bytes
 * @param {boolean} isUTF8
 */
function decoded(bytes, isUTF8) {
  // Older archives do not say; most of their names are ASCII, where all agree.
  return new TextDecoder(isUTF8 ? 'utf-8' : 'windows-1252').decode(bytes);
}
