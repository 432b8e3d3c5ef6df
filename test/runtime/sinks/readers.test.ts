/** What others read in our outputs: pyarrow, pandas, DuckDB and NumPy see the numbers that were written. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildColumn, type Block, type ColumnType } from '../../../src/protocol/index.js';
import type { JournalField } from '../../../src/runtime/journal/index.js';
import { Output, formatOf } from '../../../src/runtime/sinks/index.js';
import { Random } from '../../protocol/random.js';
import { tables } from '../../support/tables.js';

const DIM = 24;
const ROWS = 2500;
const types: Record<string, ColumnType> = { document_id: { kind: 'text' }, n: { kind: 'null' }, b: { kind: 'bool' }, i: { kind: 'int' }, f: { kind: 'float' }, t: { kind: 'text' }, j: { kind: 'json' }, v: { kind: 'vector', dim: DIM } };
const fields: JournalField[] = Object.entries(types).map(([name, type]) => ({ name, type, origin: 'plugin' }));
const random = new Random(41);
const maybe = (value: unknown): unknown => (random.chance(0.1) ? null : value);
const rows = Array.from({ length: ROWS }, (_, k): Record<string, unknown> => ({
  document_id: `doc_${k}`, n: null, b: maybe(random.chance(0.5)), i: maybe((random.bits() % 2 ** 24) - 2 ** 23), f: maybe(random.bits() / 7), t: maybe(random.text().replaceAll('\0', '')),
  j: maybe({ a: [k, null, 'ü'] }), v: maybe(Array.from({ length: DIM }, () => Math.fround(random.bits() / 2 ** 32 - 0.5))),
}));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-readers-'));
  for (const [name, vectors] of [['a.parquet', 'inline'], ['a.arrow', 'inline'], ['a.jsonl', 'inline'], ['n.parquet', 'npy'], ['none.arrow', 'none']] as const) {
    const output = await Output.open({ path: join(folder, name), format: formatOf(name), vectors }, 'run');
    await output.begin(fields);
    for (let at = 0; at < ROWS; at += 700) {
      const part = rows.slice(at, at + 700);
      await output.write({ rows: part.length, columns: fields.map((field) => buildColumn(field.name, field.type, part.map((row) => row[field.name]))) } satisfies Block);
    }
    await output.commit();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const SCRIPT = `
import json, sys
import duckdb, numpy as np, pandas as pd, pyarrow as pa, pyarrow.parquet as pq

def plain(value):
    if value is None or value is pd.NA or (isinstance(value, float) and value != value): return None
    if isinstance(value, np.ndarray): return [float(x) for x in value]
    if isinstance(value, (list, tuple)): return [float(x) for x in value]
    if isinstance(value, dict): return json.dumps(value)
    return value.item() if isinstance(value, np.generic) else value

def rows(table):
    return [[plain(value) for value in row.values()] for row in table.to_pylist()]

def read(reader):
    if reader == 'pyarrow parquet': return rows(pq.read_table('a.parquet'))
    if reader == 'pyarrow arrow': return rows(pa.ipc.open_stream('a.arrow').read_all())
    if reader == 'pandas parquet': return [[plain(value) for value in row] for row in pd.read_parquet('a.parquet').astype(object).itertuples(index=False)]
    if reader == 'pandas jsonl': return [[plain(value) for value in row] for row in pd.read_json('a.jsonl', lines=True, dtype=False, convert_dates=False, precise_float=True).astype(object).itertuples(index=False)]
    if reader == 'duckdb parquet': return [[plain(value) for value in row] for row in duckdb.sql("select * from 'a.parquet'").fetchall()]
    if reader == 'duckdb jsonl': return [[plain(value) for value in row] for row in duckdb.sql("select * from read_json('a.jsonl', columns={document_id: 'VARCHAR', n: 'VARCHAR', b: 'BOOLEAN', i: 'BIGINT', f: 'DOUBLE', t: 'VARCHAR', j: 'JSON', v: 'FLOAT[]'})").fetchall()]
    vectors = np.load('n.v.npy')
    assert vectors.dtype == np.float32, vectors.dtype
    return [None if np.isnan(row).all() else [float(x) for x in row] for row in vectors]

names = {'parquet': pq.read_schema('n.parquet').names, 'none': pa.ipc.open_stream('none.arrow').schema.names, 'vector type': str(pq.read_schema('a.parquet').field('v').type)}
json.dump({'names': names, **{reader: read(reader) for reader in json.loads(sys.argv[1])}}, open('out.json', 'w'))
`;

/** Where the two are not the same; a whole comparison would print all of them. JSON may come as its text, floats as doubles of nine digits. */
function firstDifference(read: readonly unknown[], expected: readonly unknown[]): string | null {
  if (read.length !== expected.length) return `${read.length} rows`;
  for (const [row, value] of expected.entries()) {
    const [a, b] = [canonical(read[row]), canonical(value)];
    if (a !== b) return `row ${row}: ${a} instead of ${b}`;
  }
  return null;
}

function canonical(row: unknown): string {
  return JSON.stringify(row, (key, value: unknown) => (key === 'j' && typeof value === 'string' ? (JSON.parse(value) as unknown) : typeof value === 'number' && key !== 'f' ? Math.fround(value) : value));
}

const READERS = ['pyarrow parquet', 'pyarrow arrow', 'pandas parquet', 'duckdb parquet', 'pandas jsonl', 'duckdb jsonl'];

describe.skipIf(tables.missing !== null)(`other readers${tables.missing === null ? '' : ` (${tables.missing})`}`, () => {
  let seen: Record<string, unknown[]>;
  beforeAll(() => {
    writeFileSync(join(folder, 'read.py'), SCRIPT);
    execFileSync(tables.python as string, ['read.py', JSON.stringify([...READERS, 'numpy'])], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    seen = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as typeof seen;
  });

  it.each(READERS)('%s', (reader) => {
    const read = seen[reader] as unknown[][];
    expect(firstDifference(read.map((row) => Object.fromEntries(fields.map(({ name }, i) => [name, row[i]]))), rows)).toBeNull();
  });

  it('NumPy, from the file beside the table', () => expect(firstDifference(seen['numpy'] as unknown[], rows.map((row) => row['v']))).toBeNull());

  it('the columns', () => {
    const names = Object.keys(types);
    expect(seen['names']).toEqual({ parquet: names.slice(0, -1), none: names.slice(0, -1), 'vector type': 'list<element: float not null>' });
  });
});
