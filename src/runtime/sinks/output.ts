/** The output of a run: the table, and with `--vectors npy` a file for each column of vectors beside it. */
import { extname } from 'node:path';
import type { Block, WireColumn } from '../../protocol/index.js';
import type { JournalField } from '../journal/index.js';
import { OutputFile } from './file.js';
import { makeSink, type FormatName } from './formats.js';
import type { Sink } from './index.js';
import { NPY_HEADER_BYTES, npyHeader, npyRows } from './npy.js';

/** Where vectors go: into the table, into `.npy` files beside it, or nowhere. */
export const VECTOR_MODES = ['inline', 'npy', 'none'] as const;
export type VectorMode = (typeof VECTOR_MODES)[number];

export interface OutputTarget {
  path: string;
  format: FormatName;
  /** `inline` unless told. */
  vectors?: VectorMode;
}

interface Aside {
  file: OutputFile;
  /** Place of the column in a block. */
  index: number;
  dim: number;
  rows: number;
}

/** `results.parquet` and `text_embedding` are `results.text_embedding.npy`. */
function vectorPath(table: string, column: string): string {
  return `${table.slice(0, table.length - extname(table).length)}.${encodeURIComponent(column)}.npy`;
}

export class Output {
  private sink: Sink | null = null;
  private inTable: number[] | null = null;
  private aside: Aside[] = [];

  private constructor(
    private readonly target: OutputTarget,
    private readonly run: string,
    private readonly table: OutputFile,
  ) {}

  /** @throws Failure `output-not-writable`, `output-exists`, before a row was computed */
  static async open(target: OutputTarget, run: string): Promise<Output> {
    return new Output(target, run, await OutputFile.open(target.path, run));
  }

  /** Whether the columns are known. */
  get begun(): boolean {
    return this.sink !== null;
  }

  /** Settles the columns, which then stay so. */
  async begin(fields: readonly JournalField[]): Promise<void> {
    const mode = this.target.vectors ?? 'inline';
    const kept = mode === 'inline' ? fields : fields.filter(({ type }) => type.kind !== 'vector');
    if (kept !== fields) this.inTable = kept.map((field) => fields.indexOf(field));
    if (mode === 'npy') {
      for (const [index, { name, type }] of fields.entries()) {
        if (type.kind !== 'vector') continue;
        const file = await OutputFile.open(vectorPath(this.target.path, name), this.run);
        this.aside.push({ file, index, dim: type.dim, rows: 0 });
        await file.write([new Uint8Array(NPY_HEADER_BYTES)]);
      }
    }
    this.sink = makeSink(this.target.format, kept, this.table);
  }

  async write(block: Block): Promise<void> {
    for (const one of this.aside) {
      await one.file.write([npyRows(block.columns[one.index] as WireColumn, one.dim)]);
      one.rows += block.rows;
    }
    const columns = this.inTable === null ? block.columns : this.inTable.map((index) => block.columns[index] as WireColumn);
    await this.sink?.write({ rows: block.rows, columns });
  }

  /** Completes all files and gives them their names, the table last: where it is, the others are. */
  async commit(): Promise<void> {
    await this.sink?.finish();
    for (const { file, rows, dim } of this.aside) {
      await file.writeAt(npyHeader(rows, dim), 0);
      await file.commit();
    }
    await this.table.commit();
  }

  /** Nothing half-written stays. */
  async discard(): Promise<void> {
    await this.sink?.abandon?.();
    for (const { file } of this.aside) await file.discard();
    await this.table.discard();
  }
}
