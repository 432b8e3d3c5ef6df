/** The reader of frames and the codec of columns pass the vectors. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FrameReader, ProtocolError, buildColumn, decodeBlock, decodeValue, encodeBlock, encodeFrame, isValid, valueAt, type Frame, type Header, type WireColumn } from '../../src/protocol/index.js';
import { typeOf, type Written } from './columns.helper.js';
// @ts-expect-error a script without declarations
import { vectors } from './make-vectors.mjs';

const folder = new URL('./vectors/', import.meta.url);
const load = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
const bytesOf = ({ base64 }: { base64: string }): Buffer => Buffer.from(base64, 'base64');

/** A column as bodies.json writes it. */
function precise(column: WireColumn): Written {
  const values = Array.from({ length: column.length }, (_, i) => {
    if (column.type.kind === 'null' || !isValid(column.validity, i)) return null;
    if (column.type.kind === 'int') return String((column as { data: BigInt64Array }).data[i]);
    const value = valueAt(column, i);
    if (column.type.kind === 'json') return { json: value };
    if (value instanceof Float32Array) return Array.from(value);
    return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? (Object.is(value, -0) ? '-0' : String(value)) : value;
  });
  return { name: column.name, type: column.type.kind, ...(column.type.kind === 'vector' && { dim: column.type.dim }), values };
}

/** Vectors are compared as float32. */
function rounded(column: Written): Written {
  return column.type === 'vector' ? { ...column, values: column.values.map((value) => (value === null ? null : (value as number[]).map(Math.fround))) } : column;
}

function fromWritten(column: Written): WireColumn {
  const parse: Partial<Record<Written['type'], (value: unknown) => unknown>> = { int: (value) => BigInt(value as string), float: Number };
  const values = column.values.map((value) => (value === null ? null : (parse[column.type]?.(value) ?? value)));
  if (column.type !== 'json') return buildColumn(column.name, typeOf(column), values);
  const texts = buildColumn(column.name, { kind: 'text' }, values.map((value) => (value === null ? null : JSON.stringify((value as { json: unknown }).json))));
  return { ...texts, type: { kind: 'json' } } as WireColumn;
}

it.each(Object.entries(vectors as Record<string, string>))('%s is what the script makes', (name, content) => {
  expect(readFileSync(new URL(name, folder), 'utf8')).toBe(content);
});

describe('frames', () => {
  const all = load<{ name: string; headers: Header[]; columns: (Written[] | { value: unknown })[]; base64: string }[]>('frames.json');
  const read = (chunks: readonly Uint8Array[]): Frame[] => {
    const reader = new FrameReader();
    const frames = chunks.flatMap((chunk) => reader.push(chunk));
    expect(reader.idle).toBe(true);
    return frames;
  };

  it.each(all)('$name', ({ headers, columns, ...vector }) => {
    const frames = read([bytesOf(vector)]);
    expect(frames.map(({ header }) => header)).toEqual(headers);
    frames.forEach(({ header, body }, k) => {
      const wanted = columns[k] as Written[] | { value: unknown };
      if ('value' in wanted) expect(decodeValue(body)).toEqual({ value: wanted.value, text: JSON.stringify(wanted.value) });
      else expect(decodeBlock(body, (header['rows'] as number | undefined) ?? 0).columns.map(precise)).toEqual(wanted.map(rounded));
    });
  });

  it('split at every byte position', () => {
    const long = all.find(({ headers }) => headers.length > 2) as (typeof all)[number];
    const bytes = bytesOf(long);
    const whole = read([bytes]);
    for (let at = 0; at <= bytes.byteLength; at++) expect(read([bytes.subarray(0, at), bytes.subarray(at)]).length).toBe(whole.length);
    for (const size of [1, 2, 3, 7, 16, 17, 100]) {
      const chunks = Array.from({ length: Math.ceil(bytes.byteLength / size) }, (_, k) => bytes.subarray(k * size, (k + 1) * size));
      expect(read(chunks)).toEqual(whole);
    }
  });

  it('written and read again', () => {
    for (const { headers } of all) {
      const [frame] = read(encodeFrame(headers[0] as Header, [Buffer.from('abc'), Buffer.from('de')]));
      expect(frame?.header).toEqual(headers[0]);
      expect(Buffer.from(frame?.body as Uint8Array).toString()).toBe('abcde');
    }
  });

  it('a body stands at an address that Arrow can view, and does not alias what came in', () => {
    const incoming = Buffer.concat(encodeFrame({ type: 'x' }, [Buffer.alloc(8, 1)]));
    const [frame] = read([incoming]);
    incoming.fill(9);
    expect((frame as Frame).body.byteOffset % 8).toBe(0);
    expect([...(frame as Frame).body]).toEqual(new Array(8).fill(1));
  });

  it('what is too long is not written', () => {
    expect(() => encodeFrame({ type: 'x', text: 'a'.repeat(16 * 1024 * 1024) })).toThrow(/header of \d+ bytes exceeds/);
    const quarter = new Uint8Array(256 * 1024 * 1024);
    expect(() => encodeFrame({ type: 'x' }, [quarter, quarter, quarter, quarter, new Uint8Array(1)])).toThrow(/body of \d+ bytes exceeds/);
  });
});

describe('broken frames', () => {
  const errors: Record<string, RegExp> = {
    magic: /magic is 0x/, version: /protocol version \d+ is not supported/, 'header-too-long': /header of \d+ bytes exceeds/, 'body-too-long': /body of \d+ bytes exceeds/,
    'header-not-json': /header is not JSON/, 'header-no-type': /not an object with a string "type"/,
  };
  it.each(load<{ name: string; error: string; base64: string }[]>('broken-frames.json'))('$name', ({ error, ...vector }) => {
    const reader = new FrameReader();
    if (error === 'truncated') {
      expect(reader.push(bytesOf(vector))).toEqual([]);
      expect(reader.idle).toBe(false);
      return;
    }
    expect(() => reader.push(bytesOf(vector))).toThrow(ProtocolError);
    expect(() => new FrameReader().push(bytesOf(vector))).toThrow(errors[error]);
  });
});

describe('bodies', () => {
  const all = load<{ name: string; rows: number; columns: Written[]; base64: string }[]>('bodies.json');
  it.each(all)('$name', ({ rows, columns, ...vector }) => {
    const expected = columns.map(rounded);
    expect(decodeBlock(bytesOf(vector), rows).columns.map(precise)).toEqual(expected);
    const again = Buffer.concat(encodeBlock({ rows, columns: columns.map(fromWritten) }));
    expect(decodeBlock(again, rows).columns.map(precise)).toEqual(expected);
  });

  const errors: Record<string, RegExp> = { arrow: /not an Arrow IPC stream/, rows: /the header says/, batches: /record batches instead of one/, type: /which the protocol does not carry/ };
  it.each(load<{ name: string; rows: number; error: string; base64: string }[]>('broken-bodies.json'))('broken: $name', ({ rows, error, ...vector }) => {
    expect(() => decodeBlock(bytesOf(vector), rows)).toThrow(ProtocolError);
    expect(() => decodeBlock(bytesOf(vector), rows)).toThrow(errors[error]);
  });
});
