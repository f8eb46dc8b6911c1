/** Who is signed in, and what they may do. */

import { getJSON, Refusal, request, sendJSON } from '/data/api.js';

/**
 * @typedef {object} Session
 * @property {string} name
 * @property {'person' | 'node' | 'token' | 'system'} kind
 * @property {string[]} roles
 * @property {string[]} operations
 * @property {'all' | string[]} sites
 * @property {string} [ends] Absent on a server where nobody signs in.
 */

/** @typedef {'search' | 'retrieve' | 'store' | 'delete' | 'correct' | 'schedule' | 'administer' | 'readAudit' | 'readMetrics'} Operation */

/** @type {Session | null} */
let present = null;

/** @returns {Session | null} */
export function session() {
  return present;
}

/** @returns {boolean} Whether the caller may do something; the server decides again. */
export function may(/** @type {Operation} */ operation) {
  return present?.operations.includes(operation) ?? false;
}

/** @returns {boolean} Whether there is a session that can be ended. */
export function canSignOut() {
  return present?.ends !== undefined;
}

/**
 * Asks the server who we are.
 *
 * @returns {Promise<Session | null>} `null` when nobody has signed in.
 */
export async function resume() {
  try {
    present = await getJSON('/api/v1/session', { quiet: true });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    present = null;
  }
  return present;
}

/**
 * @param {string} name
 * @param {string} password
 * @returns {Promise<Session>}
 */
export async function signIn(name, password) {
  const begun = /** @type {Session} */ (await sendJSON('POST', '/api/v1/session', { name, password }, { quiet: true }));
  present = begun;
  return begun;
}

export async function signOut() {
  await request('/api/v1/session', { method: 'DELETE', quiet: true });
  present = null;
}
