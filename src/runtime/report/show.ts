/** `--show`: rows as a person wants to see them, values shortened, vectors by shape, norm and first values. */
import { valueAt, type Block } from '../../protocol/index.js';
import { readBlocks } from '../journal/index.js';
import type { RunRecord } from '../runs.js';

const FIRST_VALUES = 4;
const TEXT_WIDTH = 100;

/** The first rows of some blocks as text. */
export function showRows(blocks: readonly Block[], limit: number): string {
  const parts: string[] = [];
  for (const block of blocks) {
    const width = Math.max(...block.columns.map((column) => column.name.length));
    for (let row = 0; row < block.rows && parts.length < limit; row++) {
      const lines = block.columns.map((column) => `  ${column.name.padEnd(width)}  ${showValue(valueAt(column, row))}`);
      parts.push([`row ${parts.length + 1}`, ...lines].join('\n'));
    }
  }
  return parts.join('\n\n');
}

/** Rows of values as text; null is a row that failed. */
export function showValues(rows: readonly (Record<string, unknown> | null)[]): string {
  return rows
    .map((row, i) => {
      if (row === null) return `row ${i + 1}  failed`;
      const width = Math.max(0, ...Object.keys(row).map((name) => name.length));
      return [`row ${i + 1}`, ...Object.entries(row).map(([name, value]) => `  ${name.padEnd(width)}  ${showValue(value ?? null)}`)].join('\n');
    })
    .join('\n\n');
}

function showValue(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Float32Array) {
    let sum = 0;
    for (const x of value) sum += x * x;
    const first = Array.from(value.subarray(0, FIRST_VALUES), (x) => x.toFixed(4));
    return `vector [${value.length}]  norm ${Math.sqrt(sum).toFixed(4)}  ${first.join(' ')}${value.length > FIRST_VALUES ? ' ...' : ''}`;
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > TEXT_WIDTH ? `${text.slice(0, TEXT_WIDTH - 3)}...` : text;
}

/** The same rows for `--json`. */
export function samplesOf(blocks: readonly Block[], limit: number): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (const block of blocks) {
    for (let row = 0; row < block.rows && rows.length < limit; row++) {
      rows.push(Object.fromEntries(block.columns.map((column) => [column.name, plain(valueAt(column, row))])));
    }
  }
  return rows;
}

function plain(value: unknown): unknown {
  return value instanceof Float32Array ? Array.from(value) : value;
}

/** The first blocks of a finished run, enough for `limit` rows. */
export async function firstBlocks(folder: string, record: RunRecord, limit: number): Promise<Block[]> {
  const blocks: Block[] = [];
  let rows = 0;
  if (record.content === undefined) return blocks;
  for await (const block of readBlocks(folder, record.content)) {
    blocks.push(block);
    if ((rows += block.rows) >= limit) break;
  }
  return blocks;
}
