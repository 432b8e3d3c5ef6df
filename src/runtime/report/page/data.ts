/** What the report page shows, read from a run's folder. Bounded: a run of any length makes a page of a few hundred kB. */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isValid, valueAt, type Block, type WireColumn } from '../../../protocol/index.js';
import { readBlocks, type JournalContent } from '../../journal/index.js';
import type { RunRecord } from '../../runs.js';
import type { TimelineRecord } from '../../timeline.js';
import type { RunResult } from '../summary.js';
import { project, SAMPLE } from './projection.js';

export interface FailedRow {
  row: number;
  documentId: string;
  step: string;
  kind: string;
  message: string;
  at: string | null;
}

export interface Cloud {
  feature: string;
  dim: number;
  /** Rows with a vector; at most SAMPLE of them are points. */
  rows: number;
  /** Two numbers a point, -1 to 1. */
  points: number[];
  share: [number, number];
  /** What to show of the row of each point. */
  labels: string[];
}

export interface PageData {
  record: RunRecord;
  result: RunResult;
  /** Null for runs of a version that kept none. */
  timeline: TimelineRecord | null;
  failures: FailedRow[];
  clouds: Cloud[];
}

const FAILURES = 200;
const LABEL = 120;

/** @param folder of a run that came to its end */
export async function pageData(folder: string, record: RunRecord & { content: JournalContent }): Promise<PageData> {
  const json = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
  return {
    record,
    result: json<RunResult>('report.json'),
    timeline: existsSync(join(folder, 'timeline.json')) ? json<TimelineRecord>('timeline.json') : null,
    failures: await failedRows(join(folder, 'failures.jsonl')),
    clouds: await clouds(folder, record.content),
  };
}

async function failedRows(file: string): Promise<FailedRow[]> {
  const rows: FailedRow[] = [];
  if (!existsSync(file)) return rows;
  const stream = createReadStream(file);
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    const { document_id, _failure } = JSON.parse(line) as { document_id: unknown; _failure: Omit<FailedRow, 'documentId'> };
    const { row, step, kind, message, at } = _failure;
    rows.push({ row, documentId: typeof document_id === 'string' ? document_id : JSON.stringify(document_id), step, kind, message: short(message, 400), at });
    if (rows.length === FAILURES) break;
  }
  stream.destroy();
  return rows;
}

/** Rows at even distances: the same ones each time. */
async function clouds(folder: string, content: JournalContent): Promise<Cloud[]> {
  const features = content.fields.filter((field) => field.type.kind === 'vector');
  if (features.length === 0) return [];
  const total = await countRows(folder, content);
  const step = Math.max(1, total / SAMPLE);
  const taken = features.map((field) => ({ name: field.name, dim: (field.type as { dim: number }).dim, rows: 0, vectors: [] as Float32Array[], labels: [] as string[] }));
  let first = 0;
  let next = 0;
  for await (const block of readBlocks(folder, content)) {
    const columns = new Map(block.columns.map((column) => [column.name, column]));
    for (const cloud of taken) cloud.rows += block.rows - (columns.get(cloud.name) as WireColumn).nulls;
    for (; Math.floor(next) < first + block.rows; next += step) {
      const row = Math.floor(next) - first;
      const label = labelOf(block, row);
      for (const cloud of taken) {
        const column = columns.get(cloud.name) as { data: Float32Array; validity: Uint8Array | null };
        if (!isValid(column.validity, row)) continue;
        cloud.vectors.push(column.data.slice(row * cloud.dim, (row + 1) * cloud.dim));
        cloud.labels.push(label);
      }
    }
    first += block.rows;
  }
  return taken.filter((cloud) => cloud.vectors.length > 0).map(({ name, dim, rows, vectors, labels }) => {
    const flat = new Float32Array(vectors.length * dim);
    vectors.forEach((vector, i) => flat.set(vector, i * dim));
    const { points, share } = project(flat, dim);
    return { feature: name, dim, rows, points: Array.from(points, (value) => Math.round(value * 1e4) / 1e4), share, labels };
  });
}

async function countRows(folder: string, content: JournalContent): Promise<number> {
  let rows = 0;
  for await (const block of readBlocks(folder, content, ['document_id'])) rows += block.rows;
  return rows;
}

/** The row's id and its first text. */
function labelOf(block: Block, row: number): string {
  const id = block.columns.find((column) => column.name === 'document_id');
  const text = block.columns.find((column) => column.name !== 'document_id' && column.type.kind === 'text' && isValid(column.validity, row));
  return [id === undefined ? '' : String(valueAt(id, row)), text === undefined ? '' : short(String(valueAt(text, row)), LABEL)].filter(Boolean).join('\n');
}

function short(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > length ? `${flat.slice(0, length - 3)}...` : flat;
}
