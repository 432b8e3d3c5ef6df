/** Two runs compared: what a change of the plugin does to its vectors and fields, before it is published. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../../errors/index.js';
import { isValid, valueAt, type WireColumn } from '../../protocol/index.js';
import { readBlocks, type JournalContent } from '../journal/index.js';
import type { RunResult } from '../report/index.js';
import { findRun, readingRun, type RunRecord } from '../runs.js';
import { ChangeStatistics, TopRows, cosineChange, type Changes, type TopRow } from './change.js';
import { joinRows, type Row } from './join.js';

export interface FeatureDiff extends Changes {
  /** Dimensions before and after. Where they differ, no row can be compared. */
  dim: [number | null, number | null];
  /** Rows with a vector in one run only, after and before. */
  gained: number;
  lost: number;
  coverage: [number | null, number | null];
  /** Rows that changed most. */
  most: TopRow[];
}

export interface RunDiff {
  runs: [string, string];
  rows: { both: number; only_before: number; only_after: number };
  features: Record<string, FeatureDiff>;
  /** Other columns of the plugin: rows whose value differs. */
  fields: Record<string, { changed: number }>;
  rows_per_second: [number, number];
  failed: [number, number];
  /** 1 - cosine similarity of the row that changed most; 2 where a vector was lost, gained or has another size. */
  max_change: number;
}

/** Characters of a row's text that are shown. */
const TEXT = 60;

interface Side {
  folder: string;
  record: RunRecord;
  content: JournalContent;
  result: RunResult;
}

/** @throws Failure `no-run`, `run-unfinished`, `run-damaged`, `nothing-in-common` */
export function compareRuns(root: string, before: string, after: string, top: number): Promise<RunDiff> {
  return readingRun(`one of the runs, ${before} and ${after},`, () => compare(root, before, after, top));
}

async function compare(root: string, before: string, after: string, top: number): Promise<RunDiff> {
  const [a, b] = [open(root, before), open(root, after)];
  const vectors = new Map(namesOf([a, b], 'vector').map((name) => [name, { dim: [dimOf(a, name), dimOf(b, name)] as [number | null, number | null], statistics: new ChangeStatistics(), most: new TopRows(top), gained: 0, lost: 0 }]));
  const fields = new Map(namesOf([a, b], 'field').map((name) => [name, { changed: 0 }]));
  const rows = { both: 0, only_before: 0, only_after: 0 };
  const telling = a.content.fields.find(({ name, type, origin }) => origin === 'input' && type.kind === 'text' && name !== 'document_id')?.name ?? null;
  const columns = ['document_id', ...(telling === null ? [] : [telling]), ...vectors.keys(), ...fields.keys()];
  for await (const pair of joinRows(readBlocks(a.folder, a.content, columns), readBlocks(b.folder, b.content, columns))) {
    if (pair.a === null) rows.only_after++;
    else if (pair.b === null) rows.only_before++;
    else {
      rows.both++;
      for (const [name, feature] of vectors) compareVectors(name, feature, pair.a, pair.b, telling);
      for (const [name, field] of fields) if (!isDeepStrictEqual(valueOf(pair.a, name), valueOf(pair.b, name))) field.changed++;
    }
  }
  if (rows.both === 0) throw new Failure({ code: 'nothing-in-common', message: `Runs ${a.record.id} and ${b.record.id} have no row in common.`, why: 'Rows are compared by their document_id, and none occurs in both.', next: 'Run both versions of the plugin over the same input.' });
  const features = Object.fromEntries(
    [...vectors].map(([name, { dim, statistics, most, gained, lost }]) => [name, { dim, ...statistics.result(), gained, lost, coverage: [coverageOf(a, name), coverageOf(b, name)], most: most.result() } satisfies FeatureDiff]),
  );
  return {
    runs: [a.record.id, b.record.id], rows, features, fields: Object.fromEntries(fields),
    rows_per_second: [a.result.rows_per_second, b.result.rows_per_second], failed: [a.result.rows.failed, b.result.rows.failed],
    max_change: Math.max(0, ...Object.values(features).map((feature) => (feature.gained + feature.lost > 0 || feature.dim[0] !== feature.dim[1] ? 2 : feature.max))),
  };
}

function open(root: string, id: string): Side {
  const { folder, record } = findRun(root, id);
  const { content } = record;
  if (content === undefined) throw new Failure({ code: 'run-unfinished', message: `Run ${record.id} did not come to its end.`, why: 'Only finished runs are compared.', next: `Continue it: plugin run --resume ${record.id}` });
  return { folder, record, content, result: JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as RunResult };
}

/** Columns that the plugin wrote in either run: vectors, or everything else. */
function namesOf(sides: readonly Side[], kind: 'vector' | 'field'): string[] {
  const written = sides.flatMap(({ content }) => content.fields.filter((field) => field.origin === 'plugin'));
  const vectors = new Set(written.filter((field) => field.type.kind === 'vector').map((field) => field.name));
  return kind === 'vector' ? [...vectors] : [...new Set(written.map((field) => field.name))].filter((name) => !vectors.has(name));
}

function dimOf({ content }: Side, name: string): number | null {
  const type = content.fields.find((field) => field.name === name)?.type;
  return type?.kind === 'vector' ? type.dim : null;
}

function coverageOf({ result }: Side, name: string): number | null {
  return result.features[name]?.coverage ?? null;
}

interface Tally {
  statistics: ChangeStatistics;
  most: TopRows;
  gained: number;
  lost: number;
}

/** @param telling the column that says which row it is */
function compareVectors(name: string, tally: Tally, a: Row, b: Row, telling: string | null): void {
  const [before, after] = [vectorOf(a, name), vectorOf(b, name)];
  if (before === null && after === null) return;
  if (before === null) tally.gained++;
  else if (after === null) tally.lost++;
  if (before === null || after === null || before.length !== after.length) return;
  const change = cosineChange(before, after);
  tally.statistics.add(change);
  tally.most.add(a.id, change, () => beginningOf(telling === null ? null : valueOf(a, telling)));
}

function beginningOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > TEXT ? `${line.slice(0, TEXT - 1)}…` : line;
}

function columnOf({ block }: Row, name: string): WireColumn | undefined {
  return block.columns.find((column) => column.name === name);
}

function vectorOf(row: Row, name: string): Float32Array | null {
  const column = columnOf(row, name);
  if (column?.type.kind !== 'vector' || !isValid(column.validity, row.at)) return null;
  const { data, type } = column as { data: Float32Array; type: { dim: number } };
  return data.subarray(row.at * type.dim, (row.at + 1) * type.dim);
}

function valueOf(row: Row, name: string): unknown {
  const column = columnOf(row, name);
  return column === undefined ? null : valueAt(column, row.at);
}
