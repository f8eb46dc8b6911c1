/**
 * What happens on the server, as it happens: server-sent events, and where there are none, a look at the counters now
 * and then. A listener hears of a change and asks for what it needs; it must not rely on hearing of each one.
 */

import { getJSON, Refusal, request } from '/data/api.js';

const address = '/api/v1/events';
/** Milliseconds between looks at the counters. */
const pollPause = 4_000;
/** Milliseconds before the first new attempt, and at most, when the connection was lost. */
const firstPause = 1_000;
const longestPause = 30_000;

/** What the server tells of. */
const kinds = /** @type {const} */ ([
  'instance-stored', 'study-completed', 'study-corrected', 'study-deleted', 'queue-changed', 'work-changed',
]);

/**
 * @typedef {object} Change
 * @property {(typeof kinds)[number] | 'connected' | 'counted'} kind
 * @property {string} [study]
 * @property {unknown} [body]
 */

/** @type {Set<(change: Change) => void>} */
const listeners = new Set();
/** @type {EventSource | null} */
let source = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let pause = firstPause;
let hasEvents = true;
let counters = '';
let counting = false;

/**
 * Listens until the returned function is called.
 *
 * @param {(change: Change) => void} listener
 * @returns {() => void}
 */
export function listen(listener) {
  listeners.add(listener);
  if (listeners.size === 1) begin();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) end();
  };
}

function begin() {
  if (hasEvents) connect();
  else void poll();
}

function end() {
  source?.close();
  source = null;
  clearTimeout(timer);
  counters = '';
}

/** @param {Change} change */
function tell(change) {
  for (const listener of listeners) listener(change);
}

function connect() {
  source = new EventSource(address);
  const opened = source;
  source.addEventListener('open', () => {
    // What happened before is not told: whoever listens looks once.
    tell({ kind: 'connected' });
    pause = firstPause;
  });
  for (const kind of kinds) {
    opened.addEventListener(kind, (event) => tell(changeOf(kind, /** @type {MessageEvent} */ (event).data)));
  }
  source.addEventListener('error', () => {
    // A connection that breaks off the browser makes again; a refusal it does not.
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    source = null;
    void recover();
  });
}

/**
 * @param {(typeof kinds)[number]} kind
 * @param {string} data
 * @returns {Change}
 */
function changeOf(kind, data) {
  try {
    const body = JSON.parse(data);
    return { kind, study: typeof body.study === 'string' ? body.study : undefined, body };
  } catch {
    return { kind };
  }
}

/** An EventSource does not say why it failed: asked as a plain request, the server does. */
async function recover() {
  const asking = new AbortController();
  try {
    await request(address, { headers: { Accept: 'text/event-stream' }, signal: asking.signal });
    asking.abort();
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 405)) {
      hasEvents = false;
      if (listeners.size > 0) void poll();
      return;
    }
    if (error instanceof Refusal && error.status === 403) return;
  }
  if (listeners.size === 0) return;
  timer = setTimeout(connect, pause);
  pause = Math.min(pause * 2, longestPause);
}

async function poll() {
  clearTimeout(timer);
  if (!document.hidden && !counting) {
    counting = true;
    try {
      const present = JSON.stringify(await getJSON('/api/v1/counters'));
      if (counters !== '' && present !== counters) tell({ kind: 'counted' });
      counters = present;
    } catch {
      // The shell says that the server cannot be reached; the next look will tell.
    } finally {
      counting = false;
    }
  }
  if (listeners.size > 0) timer = setTimeout(poll, pollPause);
}
