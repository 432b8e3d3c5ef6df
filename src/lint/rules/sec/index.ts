/** The forbidden-API scan: what plugin code may not load, call or change. One page per rule under `docs/rules/`. */
import type { SyntaxRule } from '../../rule.js';
import { evaluation } from './SEC-EVAL.js';
import { globals } from './SEC-GLOBAL.js';
import { imports } from './SEC-IMPORT.js';
import { processInternals } from './SEC-PROCESS.js';
import { syntax } from './SEC-SYNTAX.js';

export const rules: SyntaxRule[] = [imports, evaluation, processInternals, globals, syntax];
