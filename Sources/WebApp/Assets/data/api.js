/**
 * Asking the server: one way for every request of the app.
 *
 * A 401 brings the sign-in over the page and the request goes on after it; a server that cannot be reached is said to the
 * shell; every other refusal becomes a `Refusal` with the server's own code.
 */

import { text } from '/text/catalogue.js';

/** What the server refused, as it says it (RFC 9457). */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail
   * @param {number} retryAfter Seconds; 0 when it does not say.
   */
  constructor(status, code, detail, retryAfter = 0) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The server cannot be reached. */
export class Unreachable extends Error {
  constructor() {
    super(text('error.unreachable'));
    this.name = 'Unreachable';
  }
}

/**
 * What people are told about an error.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (error instanceof Unreachable) return text('error.unreachable');
  if (!(error instanceof Refusal)) return text('error.unexpected');
  switch (error.status) {
    case 403: return error.code === 'forbidden' ? text('error.forbidden') : error.message;
    case 404: return text('error.notFound');
    case 429: case 503: return text('error.busy');
    case 507: return text('error.space');
    case 500: return text('error.server');
    default: return error.message || text('error.unexpected');
  }
}

/** @returns {boolean} Whether an error only says that nobody waits any more. */
export function isAbort(/** @type {unknown} */ error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** @type {() => Promise<void>} */
let signInAgain = () => Promise.reject(new Refusal(401, 'unauthenticated', ''));

/** Says what to do when the server no longer knows who asks; it resolves once somebody has signed in. */
export function whenSessionEnds(/** @type {() => Promise<void>} */ action) {
  signInAgain = action;
}

/** Tells whether the server could be reached: `reachable` events with a boolean `detail`. */
export const connection = new EventTarget();

/**
 * @typedef {object} Asking
 * @property {string} [method]
 * @property {BodyInit} [body] One that can be sent again: text or a Blob.
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {boolean} [quiet] Whether a 401 is for the caller and not for the sign-in.
 */

/**
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<Response>} An answer that is no refusal.
 * @throws {Refusal | Unreachable | DOMException}
 */
export async function request(path, asking = {}) {
  for (;;) {
    let response;
    try {
      response = await fetch(path, {
        method: asking.method ?? 'GET',
        body: asking.body,
        headers: asking.headers,
        signal: asking.signal,
        credentials: 'same-origin',
      });
    } catch (error) {
      if (asking.signal?.aborted) throw error;
      connection.dispatchEvent(new CustomEvent('reachable', { detail: false }));
      throw new Unreachable();
    }
    connection.dispatchEvent(new CustomEvent('reachable', { detail: true }));
    if (response.status === 401 && !asking.quiet) {
      await signInAgain();
      if (asking.signal?.aborted) throw new DOMException('', 'AbortError');
      continue;
    }
    if (response.status >= 400) throw await refusal(response);
    return response;
  }
}

/**
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<any>} The answer's JSON; `null` for an answer without content.
 */
export async function getJSON(path, asking = {}) {
  const response = await request(path, { ...asking, headers: { Accept: 'application/json', ...asking.headers } });
  return content(response);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} value
 * @param {Asking} [asking]
 * @returns {Promise<any>}
 */
export async function sendJSON(method, path, value, asking = {}) {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json', ...asking.headers };
  return content(await request(path, { ...asking, method, headers, body: JSON.stringify(value) }));
}

/** @param {Response} response */
async function content(response) {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    throw new Refusal(response.status, 'unexpected', text('error.unexpected'));
  }
}

/** @param {Response} response */
async function refusal(response) {
  let code = 'http';
  let detail = '';
  try {
    const problem = await response.json();
    code = String(problem.code ?? code);
    detail = String(problem.detail ?? '');
  } catch {
    // A proxy's own page: the status says enough.
  }
  return new Refusal(response.status, code, detail, Number(response.headers.get('Retry-After')) || 0);
}
