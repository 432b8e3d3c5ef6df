import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { START, openSource, type Position, type RawRow, type Source } from '../../../src/runtime/sources/index.js';
import { streamBytes } from '../../../src/runtime/sources/bytes.js';
import { readJsonLines } from '../../../src/runtime/sources/jsonl.js';
import { PrefixDigest } from '../../../src/runtime/sources/prefix.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-sources-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function* chunks(parts: readonly Uint8Array[]): AsyncIterable<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function read(lines: AsyncIterable<{ rows: RawRow[]; ends: Position[] }>): Promise<{ rows: RawRow[]; ends: Position[] }> {
  const all = { rows: [] as RawRow[], ends: [] as Position[] };
  for await (const chunk of lines) {
    all.rows.push(...chunk.rows);
    all.ends.push(...chunk.ends);
  }
  return all;
}

const readText = (content: string | Buffer, from = START) => read(readJsonLines('rows.jsonl', chunks([Buffer.from(content)]), from));

function file(name: string, content: string | Buffer): Source {
  const path = join(folder, name);
  writeFileSync(path, content);
  return openSource({ input: path });
}

describe('JSON Lines', () => {
  it.each<[string, string, RawRow[]]>([
    ['one row without a last newline', '{"a":1}', [{ a: 1 }]],
    ['rows', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['a byte order mark', '\ufeff{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['nothing but a byte order mark', '\ufeff', []],
    ['line ends of Windows', '{"a":1}\r\n{"a":2}\r\n', [{ a: 1 }, { a: 2 }]],
    ['blank lines', '\n\n{"a":1}\n  \t\n\r\n{"a":2}\n\n', [{ a: 1 }, { a: 2 }]],
    ['text of all sorts', '{"ü":"日本語\\n👩‍🚀\u2028"}\n', [{ ü: '日本語\n👩‍🚀\u2028' }]],
    ['names that objects inherit', '{"__proto__":1,"constructor":2}', [JSON.parse('{"__proto__":1,"constructor":2}') as RawRow]],
    ['nothing', '', []],
    ['nothing but blank lines', '\n\r\n \n', []],
  ])('%s', async (_name, content, rows) => expect((await readText(content)).rows).toEqual(rows));

  it('is the same split at every byte', async () => {
    const bytes = Buffer.from('\ufeff{"a":"ü日👩‍🚀"}\r\n\n{"b":[1,{"c":null}]}\n{"d":"x"}');
    const whole = await readText(bytes);
    expect(whole.rows).toHaveLength(3);
    for (let at = 0; at <= bytes.byteLength; at++) expect(await read(readJsonLines('x', chunks([bytes.subarray(0, at), bytes.subarray(at)]), START))).toEqual(whole);
    expect(await read(readJsonLines('x', chunks(Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))), START))).toEqual(whole);
  });
  // Putting the pieces together at each one would take minutes.
  it('reads a long line that comes in many small pieces', async () => {
    const piece = Buffer.alloc(1024, 'x');
    const parts = [Buffer.from('{"text":"'), ...Array.from({ length: 16 * 1024 }, () => piece), Buffer.from('"}\n{"text":"b"}')];
    const { rows } = await read(readJsonLines('x', chunks(parts), START));
    expect(rows.map(({ text }) => (text as string).length)).toEqual([16 * 1024 * 1024, 1]);
  });

  it('can be continued behind every row, from a file and from a stream', async () => {
    const content = Buffer.from('\ufeff{"a":"ü"}\r\n\n{"a":"日"}\n{"a":3}\n\n{"a":4}');
    const source = file('again.jsonl', content);
    const whole = await read(source.read(START));
    expect(whole.ends.at(-1)).toEqual({ row: 4, byte: content.byteLength, line: 6 });
    for (const [k, end] of [START, ...whole.ends].entries()) {
      const rest = { rows: whole.rows.slice(k), ends: whole.ends.slice(k) };
      expect(await read(source.read(end))).toEqual(rest);
      for (const size of [1, 5, 100]) {
        const stream = Readable.from(Array.from({ length: Math.ceil(content.byteLength / size) }, (_, i) => content.subarray(i * size, (i + 1) * size)));
        expect(await read(readJsonLines('x', streamBytes(stream, new PrefixDigest()).from(end), end))).toEqual(rest);
      }
    }
  });

  it.each<[string, string | Buffer, string, number, RegExp]>([
    ['no JSON', '{"a":1}\n\n{"a":\n', 'input-malformed', 3, /^Line 3 of rows\.jsonl is no row: /],
    ['a number', '1\n', 'input-malformed', 1, /holds a number instead of an object/],
    ['null', '{}\nnull', 'input-malformed', 2, /holds null instead/],
    ['a list', '{}\n[1]', 'input-malformed', 2, /holds a list instead/],
    ['two rows on one line', '{"a":1} {"a":2}', 'input-malformed', 1, /Line 1/],
    ['Latin-1', Buffer.from('{"a":"ok"}\n{"a":"gr\xfc\xdfe"}\n', 'latin1'), 'input-encoding', 2, /^Line 2 of rows\.jsonl is not UTF-8/],
    ['UTF-16', Buffer.from('\ufeff{"a":"ok"}\n', 'utf16le'), 'input-encoding', 1, /^rows\.jsonl is UTF-16, not UTF-8/],
    ['a single byte', Buffer.from([0xff]), 'input-encoding', 1, /^Line 1 of rows\.jsonl is not UTF-8/],
    ['UTF-16, the other way round', Buffer.from([0xfe, 0xff, 0, 0x7b]), 'input-encoding', 1, /^rows\.jsonl is UTF-16, not UTF-8/],
    ['bytes that are no text', Buffer.from([0x1f, 0x8b, 0, 0xff, 0xfe, 10, 1, 2]), 'input-binary', 1, /no JSON Lines file/],
    ['control characters', 'PK\u0003\u0004stuff\n', 'input-binary', 1, /control characters/],
  ])('%s', async (_name, content, code, line, message) => {
    await expect(readText(content)).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, details: { line }, message: expect.stringMatching(message) as string });
  });

  it('names the line also behind a place where it continues', async () => {
    await expect(readText('oops', { row: 5, byte: 50, line: 7 })).rejects.toMatchObject({ details: { line: 8 } });
  });

  it('tells a table what to do', async () => {
    await expect(readText('title,text\r\na,b\r\n')).rejects.toMatchObject({ code: 'input-malformed', next: expect.stringContaining('--input-format csv') as string, why: expect.stringMatching(/begins: title,text$/) as string });
  });

  it('tells a JSON array what to do', async () => {
    await expect(readText('[\n{"a":1}\n]')).rejects.toMatchObject({ code: 'input-malformed', next: expect.stringContaining('jq -c') as string });
  });

  it('does not take a file without line ends into memory', async () => {
    let given = 0;
    async function* endless(): AsyncIterable<Buffer> {
      for (;;) {
        given += 8;
        yield Buffer.alloc(8 * 1024 * 1024, 'x');
      }
    }
    await expect(read(readJsonLines('rows.jsonl', endless(), START))).rejects.toMatchObject({ code: 'input-binary' });
    expect(given).toBeLessThan(100);
  });

  it('does not take the end of a file that became shorter for its end', async () => {
    const path = join(folder, 'shrinks.jsonl');
    const line = `${JSON.stringify({ text: 'x'.repeat(1000) })}\n`;
    writeFileSync(path, line.repeat(1000));
    const reading = openSource({ input: path }).read(START)[Symbol.asyncIterator]();
    expect((await reading.next()).done).toBe(false);
    truncateSync(path, 500 * line.length);
    const rest = async (): Promise<void> => {
      while ((await reading.next()).done !== true);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'input-changed', message: expect.stringContaining(path), exitCode: 2 });
  });

  it('takes a line longer than a chunk', async () => {
    const long = 'ü'.repeat(700_000);
    const { rows } = await read(file('long.jsonl', `{"a":1}\n{"a":${JSON.stringify(long)}}\n{"a":2}\n`).read(START));
    expect(rows.map(({ a }) => (a as string).length ?? a)).toEqual([1, 700_000, 2]);
  });
});

describe('PrefixDigest', () => {
  const content = Buffer.from('{"a":1}\n{"a":2}\n{"a":3}\n');
  const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const parts = (size: number): Buffer[] => Array.from({ length: Math.ceil(content.byteLength / size) }, (_, i) => content.subarray(i * size, (i + 1) * size));
  const drain = async (digest: PrefixDigest, from: Position, size = 5): Promise<Buffer> => {
    const read: Buffer[] = [];
    for await (const chunk of digest.read(Readable.from(parts(size)), from)) read.push(chunk);
    return Buffer.concat(read);
  };

  it('tells the digest of what was read at every place, and gives all of it', async () => {
    const digest = new PrefixDigest();
    expect(await drain(digest, START)).toEqual(content);
    for (let byte = 0; byte <= content.byteLength; byte++) expect(digest.digestAt(byte)).toBe(sha(content.subarray(0, byte)));
    expect(() => digest.digestAt(content.byteLength + 1)).toThrow(RangeError);
    for (let byte = 0; byte <= content.byteLength; byte++) {
      const again = new PrefixDigest();
      again.expect(sha(content.subarray(0, byte)));
      expect(await drain(again, { row: 0, byte, line: 0 }, 1 + (byte % 7))).toEqual(content);
    }
  });

  it('refuses other bytes, and fewer', async () => {
    const other = new PrefixDigest();
    other.expect(sha(Buffer.from('{"a":7}\n')));
    await expect(drain(other, { row: 1, byte: 8, line: 1 })).rejects.toMatchObject({ code: 'resume-differs', exitCode: 2 });
    await expect(drain(new PrefixDigest(), { row: 9, byte: 99, line: 9 })).rejects.toMatchObject({ code: 'resume-differs', message: expect.stringContaining('ends after 24 bytes') as string });
  });
});

describe('openSource', () => {
  it('tells name, size and content', async () => {
    const source = file('some.ndjson', '{"a":1}\n');
    expect(source).toMatchObject({ name: 'some.ndjson', bytes: 8 });
    expect(await source.digest()).toBe('e346432021b04179518d9614f3560ccd71354a4ee101ddcb893d6959a9d6301c');
    expect(await source.digest()).not.toBe(await file('other.ndjson', '{"a":2}\n').digest());
  });

  it.each<[string, string, string | undefined, string, RegExp]>([
    ['a file that is not there', 'none.jsonl', undefined, 'input-not-found', /There is no file/],
    ['a folder of which a format is told', '.', 'jsonl', 'usage', /is a folder/],
    ['a pattern below a folder that is not there', 'none/*.jpg', undefined, 'input-not-found', /There is no file .*none/],
    ['an unknown extension', 'rows.xlsx', undefined, 'input-format', /does not read \.xlsx files/],
    ['no extension', 'rows', undefined, 'input-format', /cannot be told from its name/],
    ['an unknown format', 'rows.jsonl', 'xml', 'input-format', /"xml" is not one of: jsonl, csv, /],
  ])('%s', (_name, name, format, code, message) => {
    if (code === 'input-format') writeFileSync(join(folder, name), '{}');
    expect(() => openSource({ input: join(folder, name), format })).toThrow(expect.objectContaining({ code, exitCode: 2, message: expect.stringMatching(message) as string }) as Error);
  });

  it('an address is told from a file', () => {
    expect(() => openSource({ input: 'https://example.com/rows.jsonl' })).toThrow(expect.objectContaining({ code: 'input-not-found', exitCode: 2, message: expect.stringContaining('is an address') as string }) as Error);
  });
});
