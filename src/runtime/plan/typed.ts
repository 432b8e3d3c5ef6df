/**
 * Formats that hold texts only, such as CSV: what `input_schema` declares as a number or a bool becomes one, so that
 * the plugin sees what it asked for. Nothing else is guessed.
 */
import { inputColumns } from '../../manifest/fields.js';
import type { PluginManifest } from '../../manifest/index.js';
import type { ColumnType } from '../../protocol/index.js';
import { setProblem, type RawRow, type SourceChunk } from '../sources/index.js';

type Typed = 'integer' | 'number' | 'boolean';
const KINDS: Record<Typed, ColumnType> = { integer: { kind: 'int' }, number: { kind: 'float' }, boolean: { kind: 'bool' } };
const ARTICLES: Record<Typed, string> = { integer: 'a whole number', number: 'a number', boolean: 'true or false' };

/** The chunk as it is where its format has types of its own; else with the columns that the plugin wants otherwise. */
export function typed(chunk: SourceChunk, manifest: PluginManifest): SourceChunk {
  const { rows, types } = chunk;
  if (chunk.textOnly !== true || types === undefined) return chunk;
  const wanted = inputColumns(manifest).filter((column): column is typeof column & { type: Typed } => types.has(column.name) && column.type !== null && Object.hasOwn(KINDS, column.type));
  if (wanted.length === 0) return chunk;
  for (const row of rows) for (const { name, type } of wanted) convert(row, name, type);
  return { ...chunk, types: new Map([...types, ...wanted.map(({ name, type }) => [name, KINDS[type]] as const)]) };
}

function convert(row: RawRow, name: string, type: Typed): void {
  const text = row[name];
  if (typeof text !== 'string') return;
  const value = type === 'boolean' ? boolOf(text) : numberOf(text, type === 'integer');
  if (value === undefined) setProblem(row, `"${name}" holds ${JSON.stringify(text.slice(0, 40))}; input_schema wants ${ARTICLES[type]}`);
  else row[name] = value;
}

function boolOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** Whole numbers beyond 2^53 stay exact. */
function numberOf(text: string, whole: boolean): number | bigint | undefined {
  const word = text.trim();
  if (whole ? !/^[+-]?\d{1,18}$/.test(word) : !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return undefined;
  const value = Number(word);
  return whole && !Number.isSafeInteger(value) ? BigInt(word) : value;
}
