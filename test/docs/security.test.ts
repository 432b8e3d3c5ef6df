/** The table of docs/security.md is that of the probes. `PLUGSMITH_UPDATE_DOCS=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probeTable } from '../runtime/launch/sandbox/probes.js';

test('docs/security.md shows what the probes reach', () => {
  const file = new URL('../../docs/security.md', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const expected = text.replace(/(?<=<!-- probes -->\n)[^]*(?=<!-- end of probes -->)/, `\n${probeTable()}\n\n`);
  if (process.env['PLUGSMITH_UPDATE_DOCS']) writeFileSync(file, expected);
  else expect(text).toBe(expected);
});
