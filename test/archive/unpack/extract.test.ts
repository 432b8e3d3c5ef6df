import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { extractArchive } from '../../../src/archive/index.js';
import { Failure } from '../../../src/errors/index.js';
import { archiveCases } from './cases.js';
import { zipOf } from './zip-builder.js';

const root = mkdtempSync(join(tmpdir(), 'plugsmith-unpack-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** Unpacks bytes in an empty folder; the outcome, and what is left on the disk. */
async function unpack(bytes: Buffer): Promise<{ code: string | null; files: string[]; left: string[] }> {
  const folder = join(root, String((count += 1)));
  mkdirSync(folder);
  const archive = join(folder, 'archive');
  writeFileSync(archive, bytes);
  try {
    const { files } = await extractArchive(archive, join(folder, 'tree'));
    return { code: null, files: files.map(({ path }) => path), left: readdirSync(folder) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { code: error.code, files: [], left: readdirSync(folder) };
  }
}

for (const family of new Set(archiveCases.map((each) => each.family))) {
  describe(family, () => {
    it.each(archiveCases.filter((each) => each.family === family))('$name: $expect', async ({ expect: wanted, bytes }) => {
      const { code, files, left } = await unpack(bytes());
      if (wanted === 'accept') {
        expect(code).toBeNull();
        expect(files).toContain('manifest.py');
        expect(left).toEqual(['archive', 'tree']);
      } else {
        expect(code).toBe(`archive-${wanted}`);
        expect(left).toEqual(['archive']);
      }
    });
  });
}

describe('archives of other tools', () => {
  const folder = join(root, 'source');
  mkdirSync(join(folder, 'my_plugin', 'processors'), { recursive: true });
  writeFileSync(join(folder, 'my_plugin', 'manifest.py'), 'version = "1.0.0"\n');
  writeFileSync(join(folder, 'my_plugin', 'processors', 'core.py'), 'x = 1\n'.repeat(5000));
  const outcome = async (file: string): Promise<unknown> => {
    const { top, files, format } = await extractArchive(join(folder, file), join(folder, `${file}.tree`));
    return { top, format, files: files.map(({ path, bytes }) => [path, bytes]) };
  };
  const content = [['manifest.py', 18], ['processors/core.py', 30_000]];

  it('tar', async () => {
    execFileSync('tar', ['czf', 'tar.tgz', 'my_plugin'], { cwd: folder });
    expect(await outcome('tar.tgz')).toEqual({ top: 'my_plugin', format: 'tar.gz', files: content });
  });

  it('tar from within', async () => {
    execFileSync('tar', ['czf', '../dot.tgz', '.'], { cwd: join(folder, 'my_plugin') });
    expect(await outcome('dot.tgz')).toEqual({ top: null, format: 'tar.gz', files: content });
  });

  it('tar with pax headers', async () => {
    execFileSync('tar', ['--format=pax', '-czf', 'pax.tgz', 'my_plugin'], { cwd: folder });
    expect(await outcome('pax.tgz')).toEqual({ top: 'my_plugin', format: 'tar.gz', files: content });
  });

  it('does not take over modes, and leaves no trace of links', async () => {
    symlinkSync('/etc/passwd', join(folder, 'my_plugin', 'link'));
    execFileSync('tar', ['czf', 'link.tgz', 'my_plugin'], { cwd: folder });
    await expect(outcome('link.tgz')).rejects.toMatchObject({ code: 'archive-link' });
    expect(statSync(join(folder, 'tar.tgz.tree', 'manifest.py')).mode & 0o777).toBe(0o644);
  });
});

it('refuses an archive of 501 MiB without reading it', async () => {
  const file = join(root, 'sparse.zip');
  writeFileSync(file, 'PK\x03\x04');
  truncateSync(file, 501 * 1024 * 1024);
  await expect(extractArchive(file, join(root, 'sparse'))).rejects.toMatchObject({ code: 'archive-too-large' });
});

it('gives what was planned, or refuses and leaves nothing, for archives with changed bytes', async () => {
  const good = zipOf([{ name: 'p/manifest.py', data: 'version = "1.0.0"\n'.repeat(20) }, { name: 'p/a/b.py', data: 'x', descriptor: 'signed' }, { name: 'p/c.bin', data: 'stored', method: 0, zip64: true }]);
  const change = fc.record({ at: fc.nat(good.length - 1), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(good);
      for (const { at, value } of changes) bytes[at] = value;
      const { code, files, left } = await unpack(bytes);
      if (code === null) expect(files).toHaveLength(3);
      else expect({ code, left }).toEqual({ code: expect.stringMatching(/^archive-[a-z0-9-]+$/), left: ['archive'] });
    }),
    { numRuns: 300, seed: 7 },
  );
});

it('unpacks the bytes that were packed', async () => {
  const data = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251));
  const file = join(root, 'bytes.zip');
  writeFileSync(file, zipOf([{ name: 'manifest.ts', data: 'x' }, { name: 'a.bin', data }, { name: 'b.bin', data, method: 0 }]));
  await extractArchive(file, join(root, 'bytes'));
  expect(readFileSync(join(root, 'bytes', 'a.bin')).equals(data)).toBe(true);
  expect(readFileSync(join(root, 'bytes', 'b.bin')).equals(data)).toBe(true);
});
