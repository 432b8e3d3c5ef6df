/** The TypeScript and JavaScript front end: a Babel tree to facts. */
import type { File } from '@babel/types';
import type { LineIndex } from '../../text.js';
import type { ModuleFact } from '../model.js';
import { exportsOf } from './exports.js';
import { lowerExpression } from './expressions.js';
import type { Source } from './patterns.js';
import { lowerStatements } from './statements.js';

/** Lowers one file. Types survive only as the text of annotations on variables, parameters and fields. */
export function lowerModule(ast: File, text: string, lines: LineIndex): ModuleFact {
  const source: Source = {
    text,
    lines,
    catches: false,
    mayHaveRows: rowsByName.test(text),
    expression: (node) => lowerExpression(source, node),
    statements: (nodes) => lowerStatements(source, nodes),
  };
  const body = source.statements(ast.program.body);
  return { body, mayHaveRows: source.mayHaveRows, exports: exportsOf(ast.program.body), helpers };
}

/** What is given a batch, and what gives rows, whatever the variables are called; `process.env` is neither. */
const rowsByName = /\bprocess\b(?!\s*\??\.)|\biterrows\b/;

const helpers = {
  io: 'parallelIo(items, fn, { maxWorkers: 8 })',
  api: 'concurrentApiCalls(items, fn, { maxConcurrent: 10 })',
  process: 'process',
  runInference: 'runInference',
  column: "batch.column('data').toArray()",
  withoutNulls: "batch.column('data').toArray().map((text) => text ?? '')",
};
