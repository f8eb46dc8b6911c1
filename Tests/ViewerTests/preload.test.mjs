import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { viewerModules } from '../../Sources/WebApp/Assets/preload.js';

const assets = new URL('../../Sources/WebApp/Assets/', import.meta.url);

/** Every module that one imports, directly or not, by its address. */
function importsOf(address, found = new Set()) {
  if (found.has(address)) return found;
  found.add(address);
  const source = readFileSync(new URL(`.${address}`, assets), 'utf8');
  for (const [, from, bare] of source.matchAll(/^(?:import|export)\s[^'"]*?from '([^']+)'|^import '([^']+)'/gm)) {
    importsOf(new URL(from ?? bare, `http://host${address}`).pathname, found);
  }
  return found;
}

test('a viewer reached by its address asks at once for every module it will need, and for no other', () => {
  const app = importsOf('/app.js');
  const needed = [...importsOf('/viewer/iso-viewer.js')].filter((address) => !app.has(address)).sort();
  assert.ok(needed.length > 20, 'the modules were found');
  assert.deepEqual([...viewerModules].sort(), needed);
});
