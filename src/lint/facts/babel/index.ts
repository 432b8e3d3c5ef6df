/** The TypeScript and JavaScript front end: a Babel tree to facts. */
import type { File } from '@babel/types';
import type { LineIndex } from '../../text.js';
import type { ModuleFact } from '../model.js';
import { lowerStatements } from './statements.js';

/** Lowers one file. Types survive only as the text of annotations on variables, parameters and fields. */
export function lowerModule(ast: File, text: string, lines: LineIndex): ModuleFact {
  return { body: lowerStatements({ text, lines }, ast.program.body) };
}
