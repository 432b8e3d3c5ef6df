/** Rows of the input as the frames that travel: the ten columns for the plugin, and what is carried past it. */
import { hash } from 'node:crypto';
import { Failure } from '../../errors/index.js';
import { buildColumn, inferType, type Block, type ColumnType, type Constants, type WireColumn } from '../../protocol/index.js';
import { mimeByName } from '../mime.js';
import type { Position, RawRow } from '../sources/index.js';
import { cellOf, isUsableId, sizeOf, type InputCheck } from './cells.js';
import { FAILURE_COLUMN, type Mapping } from './mapping.js';
import { placed } from './paths.js';
import type { Cut } from './queue.js';

/** A row that never reached the plugin, because its input is unusable. */
export interface InputError {
  /** Number of the row in the input, from 0. */
  row: number;
  raw: RawRow;
  /** Null where the row's own cannot be used: then it stays with the row, to be mended. */
  documentId: string | null;
  message: string;
}

/** Rows on their way to a worker, with what stays behind and is put back when the answer comes. */
export interface Frame {
  /** Row number in the input of each row, ascending. */
  rowNumbers: number[];
  rows: number;
  /** What the plugin sees. */
  wire: Block;
  constants: Constants;
  /** What goes to the output beside the plugin's columns: document_id first, then the input's own columns. */
  carried: WireColumn[];
  raw: RawRow[];
  documentIds: string[];
  /** Whether the input names any of these ids; otherwise all of them are made from the row's number. */
  idsGiven: boolean;
  inputErrors: InputError[];
  /** Where the input stands after this frame. */
  end: Position;
  /** Input columns with numbers that were rounded when they were read. */
  inexact: string[];
  /** Columns of the first rows of the input, for a run that is continued behind this frame. */
  columns: readonly string[];
}

/** What is the same for every frame of a run. */
export interface FrameContext {
  sourceName: string;
  /** Columns of the first rows of the input, which decided the mapping. */
  seen: readonly string[];
  mapping: Mapping;
  check: InputCheck;
  pluginId: string;
  /** True when the plugin takes text alone: then no row has to be looked at for its MIME type. */
  textOnly: boolean;
  /** `image`, `video` or `audio`, when the plugin takes that alone: what an address leads to that has no telling name. */
  onlyKind: string | null;
  /** Where relative paths in `data` begin; null leaves them as they are. */
  base: string | null;
  /** Column types that the format of the input declares. */
  types: ReadonlyMap<string, ColumnType> | undefined;
}

/** `doc_` and 12 hex digits of sha256(source name, row number): the same row has the same id in every run. */
function rowHash(sourceName: string, row: number): string {
  return hash('sha256', `${sourceName}\n${row}`, 'hex').slice(0, 12);
}

/** The frame of some rows: those without a problem travel, the others are told of. @throws Failure `input-malformed` */
export function buildFrame({ rows: raw, problems, first, end }: Cut, context: FrameContext): Frame {
  const { mapping, sourceName } = context;
  const dataOf = cellOf(mapping.columns.get('data') as string);
  const idOf = cellOf(mapping.columns.get('document_id') as string);
  const kept: RawRow[] = [];
  const rowNumbers: number[] = [];
  const documentIds: string[] = [];
  const hashes: string[] = [];
  const data: (string | null)[] = [];
  const inputErrors: InputError[] = [];
  let idsGiven = false;
  for (let k = 0; k < raw.length; k++) {
    const row = raw[k] as RawRow;
    const given = idOf(row);
    // One hash names everything about a row that the input does not name.
    const hashed = rowHash(sourceName, first + k);
    const named = given !== undefined && given !== null && given !== '';
    const documentId = named ? String(given) : `doc_${hashed}`;
    idsGiven ||= named;
    const problem = problems[k] as string | null;
    if (problem !== null) {
      inputErrors.push({ row: first + k, raw: row, documentId: !named || isUsableId(given) ? documentId : null, message: problem });
      continue;
    }
    const value = dataOf(row);
    kept.push(row);
    rowNumbers.push(first + k);
    documentIds.push(documentId);
    hashes.push(hashed);
    data.push(value === null ? null : typeof value === 'string' ? value : String(value));
  }
  try {
    return { rowNumbers, rows: kept.length, ...columnsOf(kept, hashes, documentIds, data, context), raw: kept, documentIds, idsGiven, inputErrors, end, columns: context.seen };
  } catch (error) {
    throw (error instanceof RangeError && tooDeep(kept, rowNumbers)) || error;
  }
}

/** JSON is read at any depth, but written by recursion. The failure names the first row that cannot be. */
function tooDeep(rows: readonly RawRow[], rowNumbers: readonly number[]): Failure | null {
  const at = rows.findIndex((row) => {
    try {
      JSON.stringify(row);
      return false;
    } catch (error) {
      return error instanceof RangeError;
    }
  });
  if (at < 0) return null;
  return nestedTooDeeply((rowNumbers[at] as number) + 1, 'Columns that the plugin does not read are carried to the output');
}

/** @param kept what of the row is written, `failed rows are kept` */
export function nestedTooDeeply(row: number, kept: string): Failure {
  return new Failure({ code: 'input-malformed', message: `Row ${row} holds lists or objects that are nested too deeply.`, why: `${kept} as JSON, which cannot be written at that depth.`, next: `Flatten row ${row}, or take it out.`, details: { row } });
}

function columnsOf(rows: RawRow[], hashes: string[], documentIds: string[], data: (string | null)[], { mapping, pluginId, textOnly, onlyKind, base, types }: FrameContext): Pick<Frame, 'wire' | 'constants' | 'carried' | 'inexact'> {
  const constants: Constants = {};
  const wire: WireColumn[] = [];
  const built = new Map<string, WireColumn>();
  const inexact: string[] = [];
  const text: ColumnType = { kind: 'text' };
  const names = inputNames(rows);
  const add = (name: string, values: (string | null)[]): void => {
    const [head] = values;
    if (head !== undefined && values.every((value) => value === head)) constants[name] = head;
    else wire.push(buildColumn(name, text, values));
  };
  // Row by row: what a row lacks must not depend on which rows travel with it.
  const given = (name: string, otherwise: (i: number) => string | null): (string | null)[] => {
    const source = mapping.columns.get(name) as string;
    if (!names.has(source)) return rows.map((_, i) => otherwise(i));
    const valueOf = cellOf(source);
    return rows.map((row, i) => {
      const value = valueOf(row);
      return value === undefined || value === null ? otherwise(i) : String(value);
    });
  };
  const ids = buildColumn('document_id', text, documentIds);
  const dataColumn = buildColumn('data', text, data);
  const mimes = given('mime_type', (i) => (textOnly ? 'text/plain' : guessMime(data[i] as string | null, onlyKind)));
  const seen = base === null || textOnly ? data : data.map((value, i) => placed(value, mimes[i] as string | null, base));
  wire.push(seen.some((value, i) => value !== data[i]) ? buildColumn('data', text, seen) : dataColumn, ids);
  add('object_id', given('object_id', (i) => `obj_${hashes[i]}`));
  add('blob_id', given('blob_id', (i) => `blob_${hashes[i]}`));
  add('blob_property', given('blob_property', () => mapping.columns.get('data') as string));
  add('mime_type', mimes);
  add('blob_type', given('blob_type', (i) => blobType(mimes[i] as string | null)));
  add('collection_id', given('collection_id', () => 'col_local'));
  add('feature_extractor_id', given('feature_extractor_id', () => pluginId));
  const sizes = rows.map(cellOf(mapping.columns.get('size_bytes') as string)).map((size) => sizeOf(size) ?? 0);
  if (sizes.some((size) => size !== 0)) wire.push(buildColumn('size_bytes', { kind: 'int' }, sizes));
  else constants['size_bytes'] = 0;

  const carried: WireColumn[] = [ids];
  for (const name of names) {
    if (name === 'document_id' || name === FAILURE_COLUMN) continue;
    // The content is packed once and serves both ways, when it was text to begin with.
    const valueOf = cellOf(name);
    const values = rows.map((row) => valueOf(row) ?? null);
    const declared = types?.get(name);
    const inferred = declared ?? inferType(values);
    // Numbers in a list need not be a vector, whose size is the same in every row, unless they are declared so.
    const type: ColumnType = inferred.kind === 'vector' && declared === undefined ? { kind: 'json' } : inferred;
    const column = name === mapping.columns.get('data') && type.kind === 'text' ? { ...dataColumn, name } : buildColumn(name, type, values);
    if (declared === undefined && type.kind === 'float' && values.some(isInexact)) inexact.push(name);
    built.set(name, column);
    carried.push(column);
  }
  for (const name of mapping.visible) {
    wire.push(built.get(name) ?? buildColumn(name, { kind: 'null' }, new Array(rows.length).fill(null)));
  }
  return { wire: { rows: rows.length, columns: wire }, constants, carried, inexact };
}

function inputNames(rows: readonly RawRow[]): Set<string> {
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  return names;
}

/**
 * What a row's content is, as far as its name tells.
 * @param onlyKind what the plugin takes, where it takes no texts: spaces belong to the name of a file then
 */
export function guessMime(data: string | null, onlyKind: string | null = null): string {
  const inside = data?.startsWith('data:') === true ? /^data:([a-z]+\/[\w.+-]+)[;,]/i.exec(data)?.[1] : undefined;
  if (inside !== undefined) return inside.toLowerCase();
  if (data === null || data.length > 4096 || (onlyKind === null ? /\s/ : /[\r\n]/).test(data.trim())) return 'text/plain';
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(data);
  return mimeByName(isAddress ? data.replace(/[?#].*$/, '') : data) ?? (onlyKind !== null && isAddress ? `${onlyKind}/*` : 'text/plain');
}

function blobType(mime: string | null): string {
  if (mime === 'text/plain') return 'text';
  const kind = (mime ?? '').split('/')[0] ?? '';
  return ['image', 'video', 'audio', 'text'].includes(kind) ? kind : mime === 'application/pdf' ? 'pdf' : 'text';
}

/** A whole number too large to be sure that it was written so, or one that no float holds at all. */
function isInexact(value: unknown): boolean {
  return typeof value === 'number' && (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21));
}
