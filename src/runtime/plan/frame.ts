/** Rows of the input as the frames that travel: the ten columns for the plugin, and what is carried past it. */
import { hash } from 'node:crypto';
import { extname } from 'node:path';
import { buildColumn, inferType, type Block, type ColumnType, type Constants, type WireColumn } from '../../protocol/index.js';
import type { Position, RawRow } from '../sources/index.js';
import { FAILURE_COLUMN, type Mapping } from './mapping.js';

/** A row that never reached the plugin, because its input is unusable. */
export interface InputError {
  /** Number of the row in the input, from 0. */
  row: number;
  raw: RawRow;
  documentId: string;
  message: string;
}

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
  inputErrors: InputError[];
  /** Where the input stands after this frame. */
  end: Position;
}

export interface FrameContext {
  sourceName: string;
  mapping: Mapping;
  pluginId: string;
  /** True when the plugin takes text alone: then no row has to be looked at for its MIME type. */
  textOnly: boolean;
}

const MIME_BY_EXTENSION: Record<string, string> = {
  '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png', '.gif': 'image/gif', '.webp': 'image/webp', '.bmp': 'image/bmp', '.tif': 'image/tiff', '.tiff': 'image/tiff', '.svg': 'image/svg+xml', '.avif': 'image/avif',
  '.mp4': 'video/mp4', '.mov': 'video/quicktime', '.mkv': 'video/x-matroska', '.webm': 'video/webm', '.avi': 'video/x-msvideo',
  '.mp3': 'audio/mpeg', '.wav': 'audio/wav', '.flac': 'audio/flac', '.ogg': 'audio/ogg', '.m4a': 'audio/mp4',
  '.pdf': 'application/pdf', '.txt': 'text/plain', '.md': 'text/markdown', '.html': 'text/html', '.csv': 'text/csv', '.json': 'application/json',
};

/** `doc_` and 12 hex digits of sha256(source name, row number): the same row has the same id in every run. */
export function rowHash(sourceName: string, row: number): string {
  return hash('sha256', `${sourceName}\n${row}`, 'hex').slice(0, 12);
}

/** @param first number of the first row in the input */
export function buildFrame(raw: readonly RawRow[], first: number, end: Position, context: FrameContext): Frame {
  const { mapping, sourceName } = context;
  const dataColumn = mapping.columns.get('data') as string;
  const idColumn = mapping.columns.get('document_id');
  const kept: RawRow[] = [];
  const rowNumbers: number[] = [];
  const documentIds: string[] = [];
  const data: (string | null)[] = [];
  const inputErrors: InputError[] = [];
  for (let k = 0; k < raw.length; k++) {
    const row = raw[k] as RawRow;
    const given = idColumn === undefined ? undefined : row[idColumn];
    const documentId = given === undefined || given === null || given === '' ? `doc_${rowHash(sourceName, first + k)}` : String(given);
    const value = row[dataColumn];
    const problem = value === undefined ? `the row has no "${dataColumn}"` : typeof value === 'object' && value !== null ? `"${dataColumn}" holds ${Array.isArray(value) ? 'a list' : 'an object'} instead of text` : null;
    if (problem !== null) {
      inputErrors.push({ row: first + k, raw: row, documentId, message: problem });
      continue;
    }
    kept.push(row);
    rowNumbers.push(first + k);
    documentIds.push(documentId);
    data.push(value === null ? null : typeof value === 'string' ? value : String(value));
  }
  return { rowNumbers, rows: kept.length, ...columnsOf(kept, rowNumbers, documentIds, data, context), raw: kept, documentIds, inputErrors, end };
}

function columnsOf(rows: RawRow[], rowNumbers: number[], documentIds: string[], data: (string | null)[], { mapping, sourceName, pluginId, textOnly }: FrameContext): Pick<Frame, 'wire' | 'constants' | 'carried'> {
  const constants: Constants = {};
  const wire: WireColumn[] = [];
  const built = new Map<string, WireColumn>();
  const text: ColumnType = { kind: 'text' };
  const add = (name: string, values: (string | null)[]): void => {
    const [head] = values;
    if (head !== undefined && values.every((value) => value === head)) constants[name] = head;
    else wire.push(buildColumn(name, text, values));
  };
  const given = (name: string): (string | null)[] | null => {
    const source = mapping.columns.get(name);
    if (source === undefined || !rows.some((row) => row[source] !== undefined)) return null;
    return rows.map((row) => (row[source] === undefined || row[source] === null ? null : String(row[source])));
  };
  const ids = buildColumn('document_id', text, documentIds);
  const dataColumn = buildColumn('data', text, data);
  wire.push(dataColumn, ids);
  const hashes = mapping.columns.has('object_id') && mapping.columns.has('blob_id') ? [] : rowNumbers.map((row) => rowHash(sourceName, row));
  add('object_id', given('object_id') ?? hashes.map((h) => `obj_${h}`));
  add('blob_id', given('blob_id') ?? hashes.map((h) => `blob_${h}`));
  add('blob_property', given('blob_property') ?? rows.map(() => mapping.columns.get('data') as string));
  const mimes = given('mime_type') ?? data.map((value) => (textOnly ? 'text/plain' : guessMime(value)));
  add('mime_type', mimes);
  add('blob_type', given('blob_type') ?? mimes.map((mime) => blobType(mime)));
  add('collection_id', given('collection_id') ?? rows.map(() => 'col_local'));
  add('feature_extractor_id', given('feature_extractor_id') ?? rows.map(() => pluginId));
  const sizes = mapping.columns.get('size_bytes');
  if (sizes === undefined) constants['size_bytes'] = 0;
  else wire.push(buildColumn('size_bytes', { kind: 'int' }, rows.map((row) => (Number.isSafeInteger(row[sizes]) ? row[sizes] : 0))));

  const carried: WireColumn[] = [ids];
  for (const name of inputNames(rows)) {
    if (name === 'document_id' || name === FAILURE_COLUMN) continue;
    // The content is packed once and serves both ways, when it was text to begin with.
    const values = rows.map((row) => row[name] ?? null);
    const type = inferType(values);
    const column = name === mapping.columns.get('data') && type.kind === 'text' ? { ...dataColumn, name } : buildColumn(name, type.kind === 'vector' ? { kind: 'json' } : type, values);
    built.set(name, column);
    carried.push(column);
  }
  for (const name of mapping.visible) {
    const column = built.get(name);
    if (column !== undefined) wire.push(column);
  }
  return { wire: { rows: rows.length, columns: wire }, constants, carried };
}

function inputNames(rows: readonly RawRow[]): Set<string> {
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  return names;
}

function guessMime(data: string | null): string {
  if (data === null || data.length > 4096 || /\s/.test(data.trim())) return 'text/plain';
  const path = data.replace(/[?#].*$/, '');
  return MIME_BY_EXTENSION[extname(path).toLowerCase()] ?? 'text/plain';
}

function blobType(mime: string | null): string {
  const kind = (mime ?? '').split('/')[0] ?? '';
  return ['image', 'video', 'audio', 'text'].includes(kind) ? kind : mime === 'application/pdf' ? 'pdf' : 'text';
}
