/** Parquet and Arrow as rows: files that we write, files that pyarrow writes in all its ways, and files that are broken. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../../src/errors/index.js';
import { buildColumn, type Block, type ColumnType } from '../../../src/protocol/index.js';
import type { JournalField } from '../../../src/runtime/journal/index.js';
import { arrowFormat } from '../../../src/runtime/sinks/arrow.js';
import { parquetFormat } from '../../../src/runtime/sinks/parquet/format.js';
import { START, openSource, type Position, type RawRow, type SourceChunk } from '../../../src/runtime/sources/index.js';
import { isoTime } from '../../../src/runtime/sources/iso-time.js';
import { Random } from '../../protocol/random.js';
import { tables } from '../../support/tables.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-tables-'))));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, from = START): Promise<{ rows: RawRow[]; ends: Position[]; types: SourceChunk['types'] }> {
  const all: Awaited<ReturnType<typeof read>> = { rows: [], ends: [], types: undefined };
  for await (const { rows, ends, types } of openSource({ input: join(folder, name) }).read(from)) {
    all.rows.push(...rows);
    all.ends.push(...ends);
    all.types = types;
  }
  return all;
}

const types: Record<string, ColumnType> = { n: { kind: 'null' }, b: { kind: 'bool' }, i: { kind: 'int' }, f: { kind: 'float' }, t: { kind: 'text' }, j: { kind: 'json' }, v: { kind: 'vector', dim: 3 } };
const fields: JournalField[] = Object.entries(types).map(([name, type]) => ({ name, type, origin: 'plugin' }));
const ROWS = 2500;
const ours = Array.from({ length: ROWS }, (_, k): RawRow => ({
  n: null, b: k % 3 === 0, i: k % 7 === 0 ? null : k, f: k / 2, t: k % 11 === 0 ? null : `text ü ${k}`, j: k % 5 === 0 ? null : { k: [k, null] }, v: k % 13 === 0 ? null : [k, 0.5, -k],
}));

function writeOurs(name: string, count = ROWS): void {
  const format = (name.endsWith('.parquet') ? parquetFormat : arrowFormat)(fields);
  const block: Block = { rows: count, columns: fields.map((field) => buildColumn(field.name, field.type, ours.slice(0, count).map((row) => row[field.name]))) };
  writeFileSync(join(folder, name), Buffer.concat([...format.push(block).map((chunk) => Buffer.from(chunk)), ...format.end()]));
}

describe.each(['ours.parquet', 'ours.arrow'])('an output of ours as input: %s', (name) => {
  beforeAll(() => writeOurs(name));

  it('has the rows that were written', async () => {
    const { rows, ends, types: declared } = await read(name);
    expect(rows.map((row) => ({ ...row, v: row['v'] && Array.from(row['v'] as number[]) }))).toEqual(ours);
    expect(ends.map(({ row }) => row)).toEqual(ours.map((_, k) => k + 1));
    expect(ends.every(({ byte }, k) => k === 0 || byte >= (ends[k - 1] as Position).byte)).toBe(true);
    // Parquet does not say that lists have one size.
    expect(Object.fromEntries(declared as ReadonlyMap<string, ColumnType>)).toEqual(name === 'ours.arrow' ? types : { ...types, v: { kind: 'json' } });
  });

  it('can be continued behind every row', async () => {
    const whole = await read(name);
    for (const at of [0, 1, 63, 1023, 1024, 1025, 2047, 2499]) {
      const rest = await read(name, whole.ends[at] as Position);
      expect([rest.rows, rest.ends]).toEqual([whole.rows.slice(at + 1), whole.ends.slice(at + 1)]);
    }
  });
});

it('reads Arrow as a file, too', async () => {
  writeFileSync(join(folder, 'file.arrow'), tableToIPC(tableFromArrays({ a: Int32Array.of(1, 2), t: ['x', null] }), 'file'));
  expect((await read('file.arrow')).rows).toEqual([{ a: 1, t: 'x' }, { a: 2, t: null }]);
});

describe('broken Parquet', () => {
  const good = (): Buffer => Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'text', data: Array.from({ length: 500 }, (_, k) => `row ${k}`), type: 'STRING' }] }));
  it.each<[string, () => Buffer, string, RegExp]>([
    ['cut short', () => good().subarray(0, 200), 'input-truncated', /cut short/],
    ['another beginning', () => Buffer.concat([Buffer.from('{"a":1}\n'), good()]), 'input-format', /does not begin with PAR1/],
    ['an encrypted table of contents', () => Buffer.concat([Buffer.from('PARE'), good().subarray(4)]), 'input-encrypted', /is encrypted/],
    ['a damaged table of contents', () => Buffer.from(good()).fill(0xff, good().byteLength - 60, good().byteLength - 8), 'input-corrupt', /table of contents/],
    ['a table of contents of nothing', () => Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100), Buffer.from('PAR1')]), 'input-corrupt', /table of contents\): it makes no sense/],
    ['a damaged page', () => Buffer.from(good()).fill(0xff, 20, 60), 'input-corrupt', /row group 1 of 1/],
    ['nothing', () => Buffer.from('PAR1'), 'input-truncated', /cut short/],
  ])('%s', async (_name, make, code, message) => {
    writeFileSync(join(folder, 'broken.parquet'), make());
    await expect(read('broken.parquet')).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, message: expect.stringMatching(message) as string });
  });
});

describe('broken Arrow', () => {
  const good = (kind: 'file' | 'stream'): Buffer => Buffer.from(tableToIPC(tableFromArrays({ text: Array.from({ length: 500 }, (_, k) => `row ${k}`) }), kind));
  it.each<[string, () => Buffer, string, RegExp]>([
    ['text', () => Buffer.from('{"a":1}\n{"a":2}\n'), 'input-format', /is no Arrow file or stream/],
    ['text without an end', () => Buffer.from('hi'), 'input-format', /is no Arrow file or stream/],
    ['a file cut short', () => good('file').subarray(0, 2000), 'input-truncated', /ends in record batch 1/],
    ['a file cut behind its schema', () => good('file').subarray(0, good('file').indexOf(Buffer.from([0xff, 0xff, 0xff, 0xff]), 20)), 'input-truncated', /ends in its record batches/],
    ['a stream cut short', () => good('stream').subarray(0, 1000), 'input-truncated', /ends in/],
    ['a length that makes no sense', () => Buffer.concat([good('stream').subarray(0, -8), Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])]), 'input-corrupt', /its length makes no sense/],
  ])('%s', async (_name, make, code, message) => {
    writeFileSync(join(folder, 'broken.arrow'), make());
    await expect(read('broken.arrow')).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, message: expect.stringMatching(message) as string });
  });

  it('two columns of one name', async () => {
    const name = Buffer.from(tableToIPC(tableFromArrays({ aa: Int32Array.of(1), ab: Int32Array.of(2) }), 'stream'));
    writeFileSync(join(folder, 'twice.arrow'), Buffer.from(name.toString('latin1').replace('ab', 'aa'), 'latin1'));
    await expect(read('twice.arrow')).rejects.toMatchObject({ code: 'input-columns' });
  });
});

describe('damaged tables', () => {
  const strings = Array.from({ length: 300 }, (_, k) => `row ${k}`);
  const samples: Record<string, () => Buffer> = {
    'snappy.parquet': () => Buffer.from(parquetWriteBuffer({ columnData: [{ name: 't', data: strings, type: 'STRING' }, { name: 'c', data: strings.map((_, k) => `c${k % 3}`) }, { name: 'l', data: strings.map((_, k) => ({ list: [k] })), type: 'JSON' }], pageSize: 500 })),
    'ours.parquet': () => { writeOurs('small.parquet', 200); return readFileSync(join(folder, 'small.parquet')); },
    'ours.arrow': () => { writeOurs('small.arrow', 200); return readFileSync(join(folder, 'small.arrow')); },
    'file.arrow': () => Buffer.from(tableToIPC(tableFromArrays({ t: strings, n: Int32Array.from(strings, (_, k) => k) }), 'file')),
  };

  it.each(Object.entries(samples))('%s: read, or refused in words, whatever happened to its bytes', async (name, make) => {
    const good = make();
    const random = new Random(31);
    const path = `damaged.${name.split('.')[1]}`;
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(good);
      for (let k = random.int(4); k >= 0; k--) bytes[random.chance(0.3) ? bytes.byteLength - 1 - random.int(Math.min(bytes.byteLength, 1200)) : random.int(bytes.byteLength)] = random.int(256);
      writeFileSync(join(folder, path), random.chance(0.2) ? bytes.subarray(0, random.int(bytes.byteLength)) : bytes);
      // Reading may even succeed, with other values: not every byte can be checked.
      const error = await (async () => void (await read(path)))().then(() => null, (reason: unknown) => reason);
      if (error !== null && !(error instanceof Failure)) throw new Error(`round ${round}: ${String(error)}`);
    }
  });
});

it.each<[bigint, string]>([[0n, '1970-01-01T00:00:00Z'], [1_500_000_000n, '1970-01-01T00:00:01.500Z'], [-1n, '1969-12-31T23:59:59.999999999Z'], [1000n, '1970-01-01T00:00:00.000001Z'], [1_000_000_001_000n, '1970-01-01T00:16:40.000001Z']])('%d ns is %s', (time, text) => expect(isoTime(time)).toBe(text));

const SCRIPT = `
import datetime, decimal, json, os
import pyarrow as pa, pyarrow.feather as feather, pyarrow.parquet as pq, pyarrow.parquet.encryption as pe
N = 5000
some = lambda values, every: [None if k % every == 0 else value for k, value in enumerate(values)]
day = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=datetime.timezone.utc)
table = pa.table({
  'text': pa.array(some([('row %d ' % k) * (k % 9) for k in range(N)], 17)), 'category': pa.array(some(['c%d' % (k % 5) for k in range(N)], 19)),
  'small': pa.array([k % 100 for k in range(N)], pa.int8()), 'big': pa.array([2**60 + k for k in range(N)]), 'unsigned': pa.array([k * 3 for k in range(N)], pa.uint32()), 'huge': pa.array([2**63 + k for k in range(N)], pa.uint64()),
  'half': pa.array([k / 4 for k in range(N)], pa.float32()), 'float': pa.array(some([k / 3 for k in range(N)], 7)), 'flag': pa.array(some([k % 2 == 0 for k in range(N)], 5)),
  'time': pa.array([day + datetime.timedelta(seconds=k) for k in range(N)], pa.timestamp('us', 'UTC')), 'nanos': pa.array([k for k in range(N)], pa.timestamp('ns')), 'date': pa.array([datetime.date(1969, 12, 30) + datetime.timedelta(days=k) for k in range(N)]),
  'price': pa.array([decimal.Decimal(k) / 4 - 100 for k in range(N)], pa.decimal128(12, 2)), 'bytes': pa.array([b'\\x00\\xff' + bytes([k % 256]) for k in range(N)]), 'fixed': pa.array([b'\\x01\\x02' for k in range(N)], pa.binary(2)),
  'list': pa.array(some([[k, None, k + 1][: k % 4] for k in range(N)], 11), pa.list_(pa.int32())), 'vector': pa.array([[k, k / 2] for k in range(N)], pa.list_(pa.float32(), 2)),
  'struct': pa.array(some([{'a': k, 'b': {'c': str(k)}, 'd': [k, 2**60]} for k in range(N)], 13)), 'deep': pa.array([[[k], [], None] for k in range(N)]), 'map': pa.array([[('x', k)] for k in range(N)], pa.map_(pa.string(), pa.int64())), 'none': pa.nulls(N),
})
import base64
def plain(value, nested=False):
  if isinstance(value, bytes): return base64.b64encode(value).decode()
  if isinstance(value, datetime.datetime): return value.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f').rstrip('0').rstrip('.') if False else value.isoformat()
  if isinstance(value, datetime.date): return value.isoformat()
  if isinstance(value, decimal.Decimal): return float(value)
  if isinstance(value, list) and value and isinstance(value[0], tuple): return {k: plain(v, True) for k, v in value}
  if isinstance(value, list): return [plain(v, True) for v in value]
  if isinstance(value, dict): return {k: plain(v, True) for k, v in value.items()}
  if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53: return str(value)
  return value
expected = [{k: plain(v) for k, v in row.items() if k not in ('time', 'nanos')} for row in table.drop_columns(['nanos']).to_pylist()]
json.dump(expected, open('expected.json', 'w'))
ways = {'none': {}, 'v1': {}}
for codec in ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']: pq.write_table(table, f'{codec}.parquet', compression=codec, row_group_size=2000)
pq.write_table(table, 'pages.parquet', data_page_size=500, write_batch_size=16, use_dictionary=False, write_page_checksum=True)
pq.write_table(table, 'pages2.parquet', data_page_size=500, write_batch_size=16, data_page_version='2.0', version='2.6')
pq.write_table(table.drop_columns(['map']), 'delta.parquet', use_dictionary=False, column_encoding={'big': 'DELTA_BINARY_PACKED', 'text': 'DELTA_BYTE_ARRAY', 'float': 'BYTE_STREAM_SPLIT'}, write_page_index=True)
dictionaries = table.set_column(1, 'category', table['category'].dictionary_encode())
with pa.OSFile('plain.arrow', 'wb') as f, pa.ipc.new_file(f, dictionaries.schema) as w: w.write_table(dictionaries.unify_dictionaries(), max_chunksize=1700)
large = table.cast(pa.schema([field.with_type(pa.large_string()) if field.name == 'text' else field for field in table.schema]))
with pa.OSFile('large.arrows', 'wb') as f, pa.ipc.new_stream(f, large.schema) as w: w.write_table(large, max_chunksize=1700)
views = table.select(['category']).cast(pa.schema([pa.field('category', pa.string_view())]))
with pa.OSFile('views.arrow', 'wb') as f, pa.ipc.new_file(f, views.schema) as w: w.write_table(views)
feather.write_feather(table.select(['text']), 'lz4.feather')
feather.write_feather(table.select(['text']), 'zstd.feather', compression='zstd')
class Kms(pe.KmsClient):
  def __init__(self, config): pe.KmsClient.__init__(self)
  def wrap_key(self, key, name): return base64.b64encode(key)
  def unwrap_key(self, key, name): return base64.b64decode(key)
factory = pe.CryptoFactory(lambda config: Kms(config))
for name, plaintext in [('sealed', False), ('columns', True)]:
  properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), pe.EncryptionConfiguration(footer_key='f', column_keys={'c': ['text']}, plaintext_footer=plaintext))
  with pq.ParquetWriter(f'{name}.parquet', table.select(['text', 'small']).schema, encryption_properties=properties) as w: w.write_table(table.select(['text', 'small']))
`;

describe.skipIf(tables.missing !== null)(`files of pyarrow${tables.missing === null ? '' : ` (${tables.missing})`}`, () => {
  let expected: RawRow[];
  beforeAll(() => {
    writeFileSync(join(folder, 'write.py'), SCRIPT);
    execFileSync(tables.python as string, ['write.py'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as RawRow[];
  });

  const plain = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value);
  const same = (rows: readonly RawRow[], wanted: readonly RawRow[]): void => {
    expect(rows.length).toBe(wanted.length);
    const names = Object.keys(wanted[0] as RawRow);
    for (const [k, row] of wanted.entries()) for (const name of names) if (JSON.stringify(plain(rows[k]?.[name])) !== JSON.stringify(row[name])) throw new Error(`row ${k}, ${name}: ${JSON.stringify(plain(rows[k]?.[name]))} instead of ${JSON.stringify(row[name])}`);
  };
  const without = (rows: readonly RawRow[], name: string): RawRow[] => rows.map(({ [name]: _gone, ...row }) => row);

  it.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'pages', 'pages2', 'delta'])('%s.parquet', async (name) => {
    const { rows, ends } = await read(`${name}.parquet`);
    same(rows, name === 'delta' ? without(expected, 'map') : expected);
    expect([rows[1]?.['time'], rows[1]?.['nanos']]).toEqual(['2024-02-29T12:30:16.123456Z', '1970-01-01T00:00:00.000000001Z']);
    const at = 3333;
    expect((await read(`${name}.parquet`, ends[at] as Position)).rows).toEqual(rows.slice(at + 1));
  });

  it.each(['plain.arrow', 'large.arrows'])('%s', async (name) => {
    const { rows, ends } = await read(name);
    same(rows, expected);
    expect([rows[1]?.['time'], rows[1]?.['nanos']]).toEqual(['2024-02-29T12:30:16.123456Z', '1970-01-01T00:00:00.000000001Z']);
    expect((await read(name, ends[3333] as Position)).rows).toEqual(rows.slice(3334));
  });

  it('views.arrow', async () => same((await read('views.arrow')).rows, expected.map(({ category }) => ({ category }))));

  it.each<[string, string, RegExp]>([
    ['lz4.feather', 'input-compression', /compressed with LZ4/],
    ['zstd.feather', 'input-compression', /compressed with Zstandard/],
    ['sealed.parquet', 'input-encrypted', /table of contents/],
    ['columns.parquet', 'input-encrypted', /is encrypted/],
  ])('%s is refused', async (name, code, message) => {
    await expect(read(name)).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, message: expect.stringMatching(message) as string });
  });

  it('a page that changed since it was written', async () => {
    const bytes = readFileSync(join(folder, 'pages.parquet'));
    bytes[200] = (bytes[200] as number) ^ 1;
    writeFileSync(join(folder, 'changed.parquet'), bytes);
    await expect(read('changed.parquet')).rejects.toMatchObject({ code: 'input-corrupt' });
    truncateSync(join(folder, 'changed.parquet'), 3000);
    await expect(read('changed.parquet')).rejects.toMatchObject({ code: 'input-truncated' });
  });
});
