/**
 * Files out of what somebody dropped or chose: folders are walked, ZIP archives opened. One after the other as they are
 * asked for, so that a folder of a hundred thousand files is not held in memory at once.
 */

import { isZIP, zipEntries } from '/upload/zip.js';

/**
 * A file to upload.
 *
 * @typedef {object} Candidate
 * @property {string} name Its path in what was dropped.
 * @property {() => Promise<Blob>} open
 */

/** @typedef {Candidate | { name: string, problem: import('/text/catalogue.js').TextKey }} Found */

/**
 * @param {(FileSystemEntry | File | null)[]} entries
 * @returns {AsyncGenerator<Found>}
 */
export async function* filesOfEntries(entries) {
  for (const entry of entries) {
    if (entry instanceof File) yield* filesOfList([entry]);
    else if (entry) yield* filesOfEntry(entry);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {AsyncGenerator<Found>}
 */
async function* filesOfEntry(entry) {
  const name = entry.fullPath.replace(/^\//, '');
  if (isJunk(name)) return;
  if (entry.isDirectory) {
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) {
      // A reader gives a hundred at a time, and none at the end.
      const some = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve) =>
        reader.readEntries(resolve, () => resolve([])));
      if (some.length === 0) return;
      for (const inner of some) yield* filesOfEntry(inner);
    }
  }
  try {
    const file = await new Promise((/** @type {(file: File) => void} */ resolve, reject) =>
      /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    yield* filesOfFile(file, name);
  } catch {
    yield { name, problem: 'upload.why.unreadable' };
  }
}

/**
 * @param {Iterable<File>} files
 * @returns {AsyncGenerator<Found>}
 */
export async function* filesOfList(files) {
  for (const file of files) {
    const name = file.webkitRelativePath || file.name;
    if (!isJunk(name)) yield* filesOfFile(file, name);
  }
}

/**
 * @param {File} file
 * @param {string} name
 * @returns {AsyncGenerator<Found>}
 */
async function* filesOfFile(file, name) {
  let isArchive = false;
  try {
    isArchive = await isZIP(file);
  } catch {
    yield { name, problem: 'upload.why.unreadable' };
    return;
  }
  if (!isArchive) {
    yield { name, open: async () => file };
    return;
  }
  try {
    for await (const entry of zipEntries(file)) {
      const inner = `${name}/${entry.name}`;
      if (isJunk(inner)) continue;
      if (entry.problem) yield { name: inner, problem: entry.problem };
      else yield { name: inner, open: entry.open };
    }
  } catch {
    yield { name, problem: 'upload.why.badZIP' };
  }
}

/** What systems leave in folders. */
function isJunk(/** @type {string} */ name) {
  const last = name.split('/').at(-1) ?? '';
  return name.includes('__MACOSX/') || last.startsWith('._') || ['.DS_Store', 'Thumbs.db', 'desktop.ini'].includes(last);
}
