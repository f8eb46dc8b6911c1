/** What a study is called, for those who may search. */

import { Refusal, request } from '/data/api.js';
import { may } from '/data/session.js';

/** @typedef {{ name: string, description: string, modalities: string[] }} StudyName */

/** Studies that are remembered while the app is open. */
const most = 200;
/** @type {Map<string, StudyName>} */
const known = new Map();

/**
 * @param {string} study
 * @param {AbortSignal} signal
 * @returns {Promise<StudyName | null>} null when it is not there, or not for the caller
 */
export async function studyName(study, signal) {
  if (!may('search')) return { name: study, description: '', modalities: [] };
  const present = known.get(study);
  if (present) return present;
  try {
    const answer = await request(
      `/dicom-web/studies?StudyInstanceUID=${encodeURIComponent(study)}&includefield=00081030`,
      { headers: { Accept: 'application/dicom+json' }, signal });
    if (answer.status === 204) return null;
    const [row] = await answer.json();
    if (!row) return null;
    const person = row['00100010']?.Value?.[0] ?? {};
    const name = String(person.Alphabetic ?? person.Ideographic ?? '').split('^').filter((part) => part !== '').join(', ');
    const found = {
      name, description: String(row['00081030']?.Value?.[0] ?? ''), modalities: (row['00080061']?.Value ?? []).map(String),
    };
    if (known.size >= most) known.clear();
    known.set(study, found);
    return found;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
