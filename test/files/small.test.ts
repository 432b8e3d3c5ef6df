import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSmallFile } from '../../src/files/index.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-small-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a small file', () => {
  it.each([['empty', ''], ['short', '{"ä": 1}\n'], ['longer than one read', 'ä'.repeat(100_000)]])('that is %s is read whole', (name, text) => {
    writeFileSync(join(folder, name), text);
    expect(readSmallFile(join(folder, name))).toBe(text);
  });
  it('may have the limit and no more', () => {
    const path = join(folder, 'limit');
    writeFileSync(path, 'x'.repeat(2048));
    expect(readSmallFile(path, 2048)).toHaveLength(2048);
    expect(() => readSmallFile(path, 2047)).toThrow(RangeError);
  });
  it.runIf(process.platform !== 'win32')('is not a device without an end', () => {
    expect(() => readSmallFile('/dev/zero', 1 << 20)).toThrow('it holds more than 1024 kB');
    expect(readSmallFile('/dev/null')).toBe('');
  });
  it('that is a folder, or not there, is the error of the system', () => {
    expect(() => readSmallFile(folder)).toThrow(/EISDIR/);
    expect(() => readSmallFile(join(folder, 'none'))).toThrow(/ENOENT/);
  });
});
