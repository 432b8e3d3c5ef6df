/** `--show`: rows as a person wants to see them, values shortened, vectors by shape, norm and first values. */
import { valueAt, type Block } from '../../protocol/index.js';
import { readBlocks } from '../journal/index.js';
import type { RunRecord } from '../runs.js';

const FIRST_VALUES = 4;
/** The least that is left for a value, however narrow the terminal is. */
const LEAST = 20;

/** The first rows of some blocks as text, in lines of at most `width` characters. */
export function showRows(blocks: readonly Block[], limit: number, width: number): string {
  const parts: string[] = [];
  for (const block of blocks) {
    const names = Math.max(...block.columns.map((column) => column.name.length));
    for (let row = 0; row < block.rows && parts.length < limit; row++) {
      const lines = block.columns.map((column) => `  ${column.name.padEnd(names)}  ${showValue(valueAt(column, row), width - names - 4)}`);
      parts.push([`row ${parts.length + 1}`, ...lines].join('\n'));
    }
  }
  return parts.join('\n\n');
}

/** Rows of values as text, in lines of at most `width` characters; null is a row that failed. */
export function showValues(rows: readonly (Record<string, unknown> | null)[], width: number): string {
  return rows
    .map((row, i) => {
      if (row === null) return `row ${i + 1}  failed`;
      const names = Math.max(0, ...Object.keys(row).map((name) => name.length));
      return [`row ${i + 1}`, ...Object.entries(row).map(([name, value]) => `  ${name.padEnd(names)}  ${showValue(value ?? null, width - names - 4)}`)].join('\n');
    })
    .join('\n\n');
}

function showValue(value: unknown, width: number): string {
  if (value === null) return 'null';
  if (value instanceof Float32Array) {
    let sum = 0;
    for (const x of value) sum += x * x;
    const first = Array.from(value.subarray(0, FIRST_VALUES), (x) => x.toFixed(4));
    return `vector [${value.length}]  norm ${Math.sqrt(sum).toFixed(4)}  ${first.join(' ')}${value.length > FIRST_VALUES ? ' …' : ''}`;
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? JSON.stringify(value) : String(value);
  const room = Math.max(LEAST, width);
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
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
