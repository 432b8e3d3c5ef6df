/** The rows that a plugin is tried on: a table in samples/, or the files there. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFolder } from '../../files/index.js';
import { rowsInMemory } from '../inline.js';
import { openSource, START, type RawRow, type Source, type SourceChunk } from '../sources/index.js';

export interface Samples {
  rows: RawRow[];
  /** Where relative paths in them begin. */
  base: string;
  /** As a run reads them, or the same rows in another order. */
  source(rows: readonly RawRow[]): Source;
}

/** The first kind that is there is taken: `samples/` may hold pictures beside the rows that name them. */
const TABLES = [/\.(jsonl|ndjson)(\.gz)?$/i, /\.(csv|tsv|tab)(\.gz)?$/i, /\.(parquet|pq|arrows?|ipc|feather)$/i];

/** The path below `root` of what a run would get as `--input`; null where there is nothing. */
export function findSamples(root: string): string | null {
  const folder = join(root, 'samples');
  const names = isFolder(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')).sort() : [];
  const table = TABLES.flatMap((pattern) => names.filter((name) => pattern.test(name)))[0];
  return table !== undefined ? join('samples', table) : names.length === 0 ? null : 'samples/';
}

/** All rows of an input. @throws Failure; see `openSource` */
export async function readSamples(path: string): Promise<Samples> {
  const source = openSource({ input: path });
  const rows: RawRow[] = [];
  let last: SourceChunk | undefined;
  for await (const chunk of source.read(START)) {
    rows.push(...chunk.rows);
    last = chunk;
  }
  return { rows, base: source.base ?? dirname(path), source: (some) => rowsInMemory(some, last) };
}
