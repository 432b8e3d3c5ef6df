/** How a manifest is written in a language: the parts of the advice that differ. */
import type { FieldText } from './explain.js';
import type { Severity } from './problem.js';
import { show } from './tree.js';

export interface Dialect {
  /** Words about fields that are written otherwise than `fieldTexts` has it, by the same paths. */
  fields: Readonly<Record<string, Partial<Pick<FieldText, 'expected' | 'example'>>>>;
  /** A value as the language writes it, on one line. */
  show(value: unknown): string;
  /** An entry to be added to the manifest itself (`isTop`) or to an object in it. */
  entry(key: string, value: string, isTop: boolean): string;
  /** What to do where a schema must describe an object. */
  writeSchema: string;
  /** How a field of a schema becomes required. */
  makeRequired: string;
  /** Dependencies that the language's package manager reads, with runs of spaces as one; null for all that the schema allows. */
  dependency: RegExp | null;
  /** How bad a key of the manifest is that misspells none: plugins of the service may have some that it ignores. */
  strangeKey: Severity;
  /** A vector in output_schema; `length` is a number, or a letter that stands for one. */
  vector(name: string, length: string): string;
}

export const typescript: Dialect = {
  fields: {},
  show,
  entry: (key, value) => `${key}: ${value}`,
  writeSchema: 'Write z.object({ ... }).',
  makeRequired: 'Make the key that carries the data required: remove its optional() or default(), or name it under required in a JSON Schema.',
  dependency: null,
  strangeKey: 'error',
  vector: (name, length) => `${name}: z.array(z.number()).length(${length})`,
};
