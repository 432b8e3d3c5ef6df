/** The codec of the Python worker agrees with the vectors of frames and bodies. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { python, why } from './python.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe.skipIf(python.python === null)(`vectors${why(python)}`, () => {
  it('frames and bodies, whole and broken', () => {
    const said = execFileSync(python.python as string, ['-I', path('vectors.py'), path('../../worker-python'), path('../protocol/vectors')], { encoding: 'utf8' });
    expect(said).toBe('');
  });
});
