/** Source text to a Babel tree, one parse per file. */
import { parse, type ParseError, type ParserOptions, type ParserPlugin } from '@babel/parser';
import type { File } from '@babel/types';
import { extensionOf } from './extensions.js';

export interface Parsed {
  /** Null when nothing could be read. A tree may exist although there are problems; rules then still run on it. */
  ast: File | null;
  /** Syntax errors, each one sentence with its line. */
  problems: string[];
}

const common: ParserPlugin[] = ['decoratorAutoAccessors', 'explicitResourceManagement', 'deprecatedImportAssert'];

type Decorators = 'decorators' | 'decorators-legacy';
type Goal = NonNullable<ParserOptions['sourceType']>;

/**
 * Parses one file. Language and goals to try follow from its extension, as they do in Node and esbuild; the first way
 * to read it without a problem wins.
 *
 * @throws RangeError when the code is nested so deeply that the stack overflows.
 */
export function parseSource(path: string, text: string): Parsed {
  // The two decorator grammars differ in where `export` may stand, and authors use either.
  const grammars: Decorators[] = text.includes('@') ? ['decorators-legacy', 'decorators'] : ['decorators-legacy'];
  let first: Parsed | undefined;
  for (const goal of goalsOf(extensionOf(path))) {
    for (const decorators of grammars) {
      const parsed = attempt(path, text, goal, decorators);
      if (parsed.problems.length === 0) return parsed;
      if (!first?.ast) first = parsed;
    }
  }
  return first as Parsed;
}

function goalsOf(extension: string): Goal[] {
  if (extension.startsWith('.m')) return ['module'];
  // A .cts file may say `export`, which becomes CommonJS.
  return extension.startsWith('.c') ? ['script', 'module'] : ['unambiguous', 'script'];
}

function attempt(path: string, text: string, goal: Goal, decorators: Decorators): Parsed {
  try {
    const ast = parse(text, optionsFor(path, goal, decorators));
    return { ast, problems: (ast.errors ?? []).map(describe) };
  } catch (error) {
    if (!isParseError(error)) throw error;
    return { ast: null, problems: [describe(error)] };
  }
}

function optionsFor(path: string, goal: Goal, decorators: Decorators): ParserOptions {
  const extension = extensionOf(path);
  const typescript = /^\.[mc]?tsx?$/.test(extension);
  const jsx = extension.endsWith('x') || extension.endsWith('js');
  const plugins: ParserPlugin[] = [...common, decorators];
  if (typescript) plugins.push(['typescript', { dts: /\.d\.[mc]?ts$/.test(path) }]);
  if (jsx) plugins.push('jsx');
  return {
    sourceType: goal,
    allowReturnOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    // Recoverable errors are reported, and the rest of the file is still looked at.
    errorRecovery: true,
    attachComment: false,
    plugins,
  };
}

function isParseError(error: unknown): error is ParseError & SyntaxError {
  return error instanceof SyntaxError && 'reasonCode' in error;
}

function describe(error: ParseError | SyntaxError): string {
  const message = 'message' in error ? String(error.message) : 'unknown syntax error';
  const line = 'loc' in error ? (error as { loc?: { line: number } }).loc?.line : undefined;
  const text = message.replace(/\s*\(\d+:\d+\)$/, '').replace(/\.$/, '');
  return line === undefined ? text : `line ${line}: ${text}`;
}
