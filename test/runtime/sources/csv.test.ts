import { parse } from 'csv-parse/sync';
import { array, assert, asyncProperty, boolean, constantFrom, integer, string } from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { streamBytes, type Bytes } from '../../../src/runtime/sources/bytes.js';
import { DIALECTS, readCsv } from '../../../src/runtime/sources/csv/index.js';
import { START, type Position, type RawRow } from '../../../src/runtime/sources/index.js';
import { PrefixDigest } from '../../../src/runtime/sources/prefix.js';

type Format = keyof typeof DIALECTS;

function bytesOf(content: string | Buffer, size = 1 << 20): Bytes {
  const all = Buffer.from(content);
  const parts = Array.from({ length: Math.ceil(all.byteLength / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
  return streamBytes(Readable.from(parts), new PrefixDigest());
}

async function read(content: string | Buffer, { format = 'csv', size, from = START }: { format?: Format; size?: number; from?: Position } = {}): Promise<{ rows: RawRow[]; ends: Position[] }> {
  const all = { rows: [] as RawRow[], ends: [] as Position[] };
  for await (const { rows, ends } of readCsv('rows.csv', bytesOf(content, size), DIALECTS[format], from)) {
    all.rows.push(...rows);
    all.ends.push(...ends);
  }
  return all;
}

describe('CSV', () => {
  it.each<[string, string, RawRow[], Format?]>([
    ['rows', 'a,b\n1,2\n3,4\n', [{ a: '1', b: '2' }, { a: '3', b: '4' }]],
    ['no last line end', 'a,b\n1,2', [{ a: '1', b: '2' }]],
    ['line ends of Windows', 'a,b\r\n1,2\r\n', [{ a: '1', b: '2' }]],
    ['a byte order mark', '\ufeffa,b\n1,2\n', [{ a: '1', b: '2' }]],
    ['quotes', 'a,b\n"x,y","say ""hi"""\n', [{ a: 'x,y', b: 'say "hi"' }]],
    ['line ends in quotes', 'a,b\n"one\ntwo\r\nthree",2\n', [{ a: 'one\ntwo\r\nthree', b: '2' }]],
    ['empty fields are null, empty quotes are empty', 'a,b,c\n,"",x\n', [{ a: null, b: '', c: 'x' }]],
    ['blank lines', '\n\r\na,b\n\n1,2\n\r\n', [{ a: '1', b: '2' }]],
    ['text stays text', 'a\n007\n1e5\ntrue\n', [{ a: '007' }, { a: '1e5' }, { a: 'true' }]],
    ['blanks belong to a field', 'a,b\n x , y\n', [{ a: ' x ', b: ' y' }]],
    ['a quote inside a field', 'a,b\n5" disk,x\n', [{ a: '5" disk', b: 'x' }]],
    ['text of all sorts', 'ü,b\n日本語,"👩‍🚀,é"\n', [{ ü: '日本語', b: '👩‍🚀,é' }]],
    ['a first column without a name', ',text\n0,hi\n', [{ column_1: '0', text: 'hi' }]],
    ['one column', 'text\n"a, b"\n', [{ text: 'a, b' }]],
    ['names that objects inherit', '__proto__,constructor\n1,2\n', [JSON.parse('{"__proto__":"1","constructor":"2"}') as RawRow]],
    ['a quoted name', '"a,b",c\n1,2\n', [{ 'a,b': '1', c: '2' }]],
    ['tabs', 'a\tb\n1,5\t2\n', [{ a: '1,5', b: '2' }], 'tsv'],
    ['semicolons', 'a;b\n1,5;2\n', [{ a: '1,5', b: '2' }], 'csv-semicolon'],
    ['a header alone', 'a,b\n', []],
    ['nothing', '', []],
    ['nothing but blank lines', '\n\n\r\n', []],
  ])('%s', async (_name, content, rows, format) => {
    expect((await read(content, { format })).rows).toEqual(rows);
    for (const size of [1, 2, 3, 7]) expect((await read(content, { format, size })).rows).toEqual(rows);
  });

  it('is read as csv-parse reads it, however it arrives', async () => {
    const field = string({ unit: constantFrom('a', 'é', '日', ' ', ',', '"', '\n', '\r\n', ';'), maxLength: 6 });
    const table = integer({ min: 2, max: 4 }).chain((columns) => array(array(field, { minLength: columns, maxLength: columns }), { maxLength: 8 }).map((rows) => ({ columns, rows })));
    await assert(
      asyncProperty(table, constantFrom('\n', '\r\n'), integer({ min: 1, max: 40 }), boolean(), async ({ columns, rows }, newline, size, last) => {
        const quote = (value: string): string => (/[",\r\n]/.test(value) || value.length % 2 === 1 ? `"${value.replaceAll('"', '""')}"` : value);
        const names = Array.from({ length: columns }, (_, i) => `c${i}`);
        const content = [names, ...rows].map((row) => row.map(quote).join(',')).join(newline) + (last ? newline : '');
        const expected = parse(content, { columns: true, skip_empty_lines: true }) as Record<string, string>[];
        const { rows: seen, ends } = await read(content, { size });
        expect(seen.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ''])))).toEqual(expected);
        for (const [k, end] of ends.entries()) expect((await read(content, { size, from: end })).rows).toEqual(seen.slice(k + 1));
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('tells where each row ends, in bytes and lines', async () => {
    const content = '\ufeffa,b\r\n"ü\n",1\r\n\r\n2,"x"';
    const { ends } = await read(content);
    expect(ends).toEqual([{ row: 1, byte: Buffer.byteLength('\ufeffa,b\r\n"ü\n",1\r\n'), line: 3 }, { row: 2, byte: Buffer.byteLength(content), line: 5 }]);
  });

  it.each<[string, string | Buffer, string, number | undefined, RegExp, Format?]>([
    ['too few fields', 'a,b,c\n1,2,3\n1,2\n', 'input-malformed', 3, /^Line 3 of rows\.csv has 2 fields, the first line has 3 columns\.$/],
    ['too many fields', 'a,b\n1,2\n"x\ny",2,3\n', 'input-malformed', 3, /^Line 3 .* 3 fields/],
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n5,6\n', 'input-malformed', 3, /opens in line 3 .* is not closed\./],
    ['a quote in the first line that is never closed', 'a,"b\n1,2\n', 'input-malformed', 1, /opens in line 1 /],
    ['text behind a closing quote', 'a,b\n1,"2"x\n', 'input-malformed', 2, /^In line 2 .* follows a closing quote/],
    ['two columns of one name', 'a,b,a\n1,2,3\n', 'input-columns', 1, /two columns "a": number 1 and number 3/],
    ['semicolons', 'a;b\n1;2\n', 'input-delimiter', undefined, /separated by semicolons, not by commas/],
    ['tabs', 'a\tb\n1\t2\n', 'input-delimiter', undefined, /separated by tabs/],
    ['commas in a TSV', 'a,b\n1,2\n', 'input-delimiter', undefined, /separated by commas, not by tabs/, 'tsv'],
    ['line ends of old', 'a\r1\r2\r', 'input-malformed', 1, /carriage return alone/],
    ['Latin-1', Buffer.from('a,b\nok,1\ngr\xfc\xdfe,2\n', 'latin1'), 'input-encoding', 3, /^Line 3 of rows\.csv is not UTF-8/],
    ['Latin-1 in the first line', Buffer.from('gr\xfc\xdfe,b\n', 'latin1'), 'input-encoding', 1, /^Line 1 /],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'input-encoding', 1, /is UTF-16/],
    ['bytes that are no text', 'a,b\n1,\0\n', 'input-binary', 2, /line 2 holds bytes that are no text/],
  ])('%s', async (_name, content, code, line, message, format) => {
    for (const size of [1 << 20, 3]) {
      await expect(read(content, { format, size })).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, message: expect.stringMatching(message) as string, ...(line !== undefined && { details: { line } }) });
    }
  });

  it('names the line also behind a place where it continues', async () => {
    const content = 'a,b\n1,2\n3\n';
    await expect(read(content, { from: { row: 1, byte: 8, line: 2 } })).rejects.toMatchObject({ details: { line: 3 } });
  });

  // Looking at all of it again with each piece would take minutes.
  it('reads a long field that comes in many small pieces', async () => {
    const text = 'x\n'.repeat(8 * 1024 * 1024);
    const { rows } = await read(`a,b\n"${text}",2\n3,4\n`, { size: 4096 });
    expect(rows.map(({ a, b }) => [(a as string).length, b])).toEqual([[text.length, '2'], [1, '4']]);
  });

  it('does not take a file behind an open quote into memory', async () => {
    let given = 0;
    async function* endless(): AsyncIterable<Buffer> {
      yield Buffer.from('a,b\n1,2\n"');
      for (;;) {
        given += 8;
        yield Buffer.alloc(8 * 1024 * 1024, 'x,\n');
      }
    }
    const rows = readCsv('rows.csv', streamBytes(endless(), new PrefixDigest()), DIALECTS.csv, START);
    await expect((async () => { for await (const _ of rows); })()).rejects.toMatchObject({ code: 'input-malformed', message: expect.stringContaining('is not closed within 64 MiB') as string, details: { line: 3 } });
    expect(given).toBeLessThan(100);
  });
});
