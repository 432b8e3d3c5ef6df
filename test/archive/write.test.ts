import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readArchive, writeArchive } from '../../src/archive/index.js';
import { failureOf, folder } from './folder.js';

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

describe('writing', () => {
  it('writes what it is given, and says what it wrote', async () => {
    const root = folder({ 'b.txt': 'from a file', empty: '' });
    const out = join(root, 'out.zip');
    const written = await writeArchive(out, [
      { path: 'p/b.txt', source: join(root, 'b.txt') },
      { path: 'p/a.json', source: Buffer.from('{}') },
      { path: 'p/empty', source: join(root, 'empty') },
      { path: 'p/nothing', source: new Uint8Array() },
    ]);
    const file = readFileSync(out);
    expect(written).toEqual({
      bytes: file.length,
      sha256: sha256(file),
      entries: [
        { path: 'p/a.json', bytes: 2, sha256: sha256('{}') },
        { path: 'p/b.txt', bytes: 11, sha256: sha256('from a file') },
        { path: 'p/empty', bytes: 0, sha256: sha256('') },
        { path: 'p/nothing', bytes: 0, sha256: sha256('') },
      ],
    });
    expect(await readArchive(out)).toEqual(written);
  });

  it('fixes times, modes and names', async () => {
    const root = folder();
    await writeArchive(join(root, 'out.zip'), [{ path: 'p/ä.txt', source: Buffer.from('x') }]);
    const zip = readFileSync(join(root, 'out.zip'));
    const header = zip.subarray(zip.indexOf('PK\u0001\u0002'));
    const nameBytes = header.readUInt16LE(28);
    expect({
      madeBy: header[5],
      utf8: (header.readUInt16LE(8) & 0x800) !== 0,
      time: header.readUInt16LE(12),
      date: header.readUInt16LE(14),
      extraBytes: header.readUInt16LE(30),
      commentBytes: header.readUInt16LE(32),
      mode: (header.readUInt32LE(38) >>> 16).toString(8),
      name: header.toString('utf8', 46, 46 + nameBytes),
    }).toEqual({ madeBy: 3, utf8: true, time: 0, date: (1 << 5) | 1, extraBytes: 0, commentBytes: 0, mode: '100644', name: 'p/ä.txt' });
  });

  it('gives the same bytes for any time zone, umask, time of change and order', async () => {
    const root = folder({ 'a.txt': 'aaaa'.repeat(5000), 'b/c.txt': 'cc' });
    const bundle = join(root, 'archive.mjs');
    buildSync({
      entryPoints: ['src/archive/write.ts'], bundle: true, format: 'esm', platform: 'node', outfile: bundle,
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    });
    const write = (name: string, tz: string, umask: string, reverse: boolean): string => {
      const out = join(root, name);
      const script = `import { writeArchive } from ${JSON.stringify(pathToFileURL(bundle).href)};
        process.umask(${umask});
        const entries = ['a.txt', 'b/c.txt'].map((path) => ({ path: 'p/' + path, source: ${JSON.stringify(`${root}/`)} + path }));
        await writeArchive(${JSON.stringify(out)}, ${reverse} ? entries.reverse() : entries);`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, TZ: tz } });
      return sha256(readFileSync(out));
    };
    const first = write('1.zip', 'UTC', '0o022', false);
    utimesSync(join(root, 'a.txt'), new Date('2031-07-01'), new Date('2031-07-01'));
    expect(write('2.zip', 'Pacific/Kiritimati', '0o077', true)).toBe(first);
    expect(write('3.zip', 'America/Los_Angeles', '0', false)).toBe(first);
    expect(write('4.zip', 'Asia/Kolkata', '0o027', true)).toBe(first);
  });

  it.runIf(process.platform === 'linux')('opens one file after the other', async () => {
    const root = folder({ x: 'x' });
    const entries = Array.from({ length: 2000 }, (_, index) => ({ path: `p/${index}`, source: join(root, 'x') }));
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, readdirSync('/proc/self/fd').length)), 1);
    const before = readdirSync('/proc/self/fd').length;
    await writeArchive(join(root, 'out.zip'), entries);
    clearInterval(watch);
    expect(most - before).toBeLessThan(20);
  });

  it('does not hold files in memory', async () => {
    const root = folder({ big: '' });
    truncateSync(join(root, 'big'), 300 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    await writeArchive(join(root, 'out.zip'), [{ path: 'p/big', source: join(root, 'big') }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('failing', () => {
  const left = (root: string): string[] => readdirSync(root).filter((name) => name.includes('zip'));

  it('a missing source file: says so and leaves nothing', async () => {
    const root = folder({ a: 'x'.repeat(100_000) });
    const entries = [{ path: 'p/a', source: join(root, 'a') }, { path: 'p/b', source: join(root, 'gone') }, { path: 'p/c', source: join(root, 'a') }];
    const failure = await failureOf(writeArchive(join(root, 'out.zip'), entries));
    expect(failure).toMatchObject({ code: 'archive-not-written', details: { error: 'ENOENT' } });
    expect(failure.message).toContain('gone');
    expect(left(root)).toEqual([]);
  });

  it('a missing output folder: says so', async () => {
    const failure = await failureOf(writeArchive(join(folder(), 'none', 'out.zip'), []));
    expect(failure).toMatchObject({ code: 'archive-not-written', details: { error: 'ENOENT' } });
  });

  it('an earlier archive stays when the new one fails', async () => {
    const root = folder({ 'out.zip': 'earlier' });
    await failureOf(writeArchive(join(root, 'out.zip'), [{ path: 'p/b', source: join(root, 'gone') }]));
    expect(readFileSync(join(root, 'out.zip'), 'utf8')).toBe('earlier');
    expect(left(root)).toEqual(['out.zip']);
  });

  it('a folder in the place of the archive: says so and leaves nothing else', async () => {
    const root = folder();
    mkdirSync(join(root, 'out.zip'));
    writeFileSync(join(root, 'out.zip', 'kept'), '');
    expect((await failureOf(writeArchive(join(root, 'out.zip'), []))).code).toBe('archive-not-written');
    expect(left(root)).toEqual(['out.zip']);
  });

  it.each([
    ['../up', /not a name/], ['/abs', /empty/], ['p//x', /empty/], ['p/./x', /not a name/], ['C:/x', /contains :/], ['p\\x', /contains \\/], ['', /empty/], ['p/e\u0301', /NFC/], ['p/\ud800', /not valid Unicode/],
  ])('the name %j is refused', async (path, reason) => {
    const root = folder();
    const failure = await failureOf(writeArchive(join(root, 'out.zip'), [{ path, source: new Uint8Array() }]));
    expect(failure.code).toBe('archive-refused');
    expect(failure.details.problems[0].reason).toMatch(reason);
    expect(left(root)).toEqual([]);
  });

  it('a name that comes twice is refused', async () => {
    const source = new Uint8Array();
    expect((await failureOf(writeArchive(join(folder(), 'o.zip'), [{ path: 'p/A', source }, { path: 'p/a', source }]))).message).toContain('twice');
  });
});

describe('reading back', () => {
  it.each([
    ['a torn file', (data: Buffer) => data.subarray(0, data.length - 30)],
    ['text', () => Buffer.from('not a zip')],
    ['nothing', () => Buffer.alloc(0)],
  ])('%s is unreadable', async (_what, damage) => {
    const root = folder();
    const out = join(root, 'out.zip');
    await writeArchive(out, [{ path: 'p/a', source: Buffer.from('hello hello hello') }]);
    writeFileSync(out, damage(readFileSync(out)));
    expect((await failureOf(readArchive(out))).code).toBe('archive-unreadable');
  });
});
