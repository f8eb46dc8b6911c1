/** Stores one file by STOW-RS (PS3.18 §10.5) and says what became of it. */

import { request } from '/data/api.js';

/** @typedef {'stored' | 'known' | 'aside' | 'refused' | 'skipped'} OutcomeKind */

/**
 * @typedef {object} Outcome
 * @property {OutcomeKind} kind
 * @property {import('/text/catalogue.js').TextKey} [why]
 * @property {string} [code] The Failure Reason, in hexadecimal.
 * @property {string} [instance] SOP Instance UID
 */

/** SOP Class UID of Media Storage Directory Storage: DICOMDIR, which is no image. */
const directoryClass = '1.2.840.10008.1.3.10';
/** Bytes in which file meta information names its class. */
const metaLength = 1024;

/** @type {Record<number, import('/text/catalogue.js').TextKey>} */
const reasons = {
  0x0122: 'upload.why.sopClass', 0x0124: 'upload.why.forbidden', 0xa900: 'upload.why.noIdentity',
  0xc000: 'upload.why.notUnderstood', 0xc001: 'upload.why.limit',
};

/** The server has no space: nothing more can be stored for now. */
export class StoreFull extends Error {}

/**
 * @param {Blob} file
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
export async function store(file, signal) {
  const kind = await kindOf(file);
  if (kind === 'directory') return { kind: 'skipped', why: 'upload.why.directory' };
  if (kind === 'other') return { kind: 'skipped', why: 'upload.why.notDICOM' };
  const response = await request('/dicom-web/studies', {
    method: 'POST', body: file, signal, accepts: [400, 403, 409, 413, 507],
    headers: { Accept: 'application/dicom+json', 'Content-Type': 'application/dicom' },
  });
  if (response.status === 507) throw new StoreFull();
  if (response.status === 403) return { kind: 'refused', why: 'upload.why.forbidden' };
  if (response.status === 413) return { kind: 'refused', why: 'upload.why.limit' };
  if (response.status === 400) return { kind: 'refused', why: 'upload.why.notUnderstood' };
  const answer = await response.json();
  return outcome(answer, Number(response.headers.get('Isocenter-Already-Stored')) > 0);
}

/**
 * @param {Record<string, { Value?: Record<string, { Value?: unknown[] }>[] }>} answer
 * @param {boolean} isKnown
 * @returns {Outcome}
 */
function outcome(answer, isKnown) {
  const stored = answer['00081199']?.Value?.[0];
  if (stored) {
    const instance = String(stored['00081155']?.Value?.[0] ?? '');
    if (stored['00081196']?.Value?.[0] === 0xb00e) return { kind: 'aside', why: 'upload.why.aside', instance };
    return { kind: isKnown ? 'known' : 'stored', instance };
  }
  const failed = answer['00081198']?.Value?.[0];
  const reason = Number(failed?.['00081197']?.Value?.[0] ?? 0x0110);
  return {
    kind: 'refused', why: reasons[reason] ?? 'upload.why.failed',
    code: reason.toString(16).toUpperCase().padStart(4, '0'),
    instance: String(failed?.['00081155']?.Value?.[0] ?? '') || undefined,
  };
}

/**
 * Whether a file is worth sending, by its first bytes: a Part 10 file (PS3.10 §7.1) with or without preamble.
 *
 * @param {Blob} file
 * @returns {Promise<'object' | 'directory' | 'other'>}
 */
async function kindOf(file) {
  const bytes = new Uint8Array(await file.slice(0, metaLength).arrayBuffer());
  const text = new TextDecoder('latin1').decode(bytes);
  const hasPreamble = text.slice(128, 132) === 'DICM';
  const beginsWithMeta = bytes[0] === 2 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0;
  if (!hasPreamble && !beginsWithMeta) return 'other';
  return text.includes(`${directoryClass}\0`) ? 'directory' : 'object';
}
