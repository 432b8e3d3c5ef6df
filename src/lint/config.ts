/** The config file: levels of rules, and what to leave out. Read, never run. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { replaceFile } from '../files/index.js';
import { isLevel, type Levels } from './levels.js';
import { literalDefaultExport, NotLiteral } from './literal.js';

export interface LintConfig {
  /** Name of the file it came from; null when there is none. */
  file: string | null;
  rules: Levels;
  /** Patterns in gitignore's language, relative to the folder of the file. */
  ignore: string[];
}

const jsonFile = 'plugsmith.config.json';
const tsFile = 'plugsmith.config.ts';
const keys = ['rules', 'ignore'];

/**
 * Reads the config of a folder. A TypeScript config is not run: its default export has to be a literal.
 *
 * @throws Failure `lint-config-invalid`, `lint-config-twice`, `lint-config-unreadable`. Whether the rules exist is for
 *   `lintPaths` to say.
 */
export async function readConfig(folder: string): Promise<LintConfig> {
  const found = [jsonFile, tsFile].filter((name) => existsSync(join(folder, name)));
  const [file] = found;
  if (file === undefined) return { file: null, rules: {}, ignore: [] };
  if (found.length > 1) {
    throw new Failure({
      code: 'lint-config-twice',
      message: `There are two config files, ${jsonFile} and ${tsFile}.`,
      why: 'Only one of them could hold.',
      next: 'Remove one of them.',
    });
  }
  const text = readText(join(folder, file), file);
  return { file, ...checked(file, file === tsFile ? await readTypeScript(text) : readJson(text)) };
}

/**
 * Writes a first config file.
 *
 * @returns its name.
 * @throws Failure `lint-config-exists`, `lint-config-unwritable`.
 */
export async function initConfig(folder: string): Promise<string> {
  const { file } = await readConfig(folder);
  if (file !== null) {
    throw new Failure({ code: 'lint-config-exists', message: `There is a config file already: ${file}.`, why: 'Nothing is overwritten.', next: 'Edit it. `plugin lint --print-config` shows what holds.' });
  }
  try {
    replaceFile(join(folder, jsonFile), `${JSON.stringify({ rules: {}, ignore: [] }, null, 2)}\n`, { durable: true });
  } catch (error) {
    throw new Failure({ code: 'lint-config-unwritable', message: `${jsonFile} cannot be written (${systemCode(error) ?? messageOf(error)}).`, why: 'Lint judges as before.', next: 'Check the permissions of the folder.', cause: error });
  }
  return jsonFile;
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new Failure({
      code: 'lint-config-unreadable',
      message: `${file} cannot be read (${systemCode(error) ?? messageOf(error)}).`,
      why: 'Without it lint would judge by other rules than yours.',
      next: 'Check its permissions.',
      cause: error,
    });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(jsonFile, `is not valid JSON: ${messageOf(error)}`, 'Correct the syntax.');
  }
}

async function readTypeScript(text: string): Promise<unknown> {
  const { parseSource } = await import('./parse.js');
  const { ast, problems } = parseSource(tsFile, text);
  if (ast === null || problems.length > 0) throw invalid(tsFile, `has a syntax error, ${problems[0] ?? 'at its start'}`, 'Correct the syntax.');
  try {
    return literalDefaultExport(ast);
  } catch (error) {
    if (!(error instanceof NotLiteral)) throw error;
    const next = `Write \`export default { rules: {...}, ignore: [...] }\` with plain values, or use ${jsonFile}.`;
    throw invalid(tsFile, `cannot be read without running it, line ${error.line}: ${error.what}`, next);
  }
}

function checked(file: string, value: unknown): Pick<LintConfig, 'rules' | 'ignore'> {
  const shape = 'Write an object with "rules" (id: "off", "warn" or "error") and "ignore" (a list of patterns).';
  if (!isRecord(value)) throw invalid(file, 'is no object', shape);
  // "$schema" is for editors.
  const unknown = Object.keys(value).find((key) => !keys.includes(key) && key !== '$schema');
  if (unknown !== undefined) throw invalid(file, `has an unknown key "${unknown}"`, `Use one of: ${keys.join(', ')}.`);
  const { rules = {}, ignore = [] } = value;
  if (!isRecord(rules)) throw invalid(file, 'has "rules" that are no object', shape);
  const wrong = Object.entries(rules).find(([, level]) => !isLevel(level));
  if (wrong) throw invalid(file, `gives the rule "${wrong[0]}" the level ${JSON.stringify(wrong[1])}`, 'Use "off", "warn" or "error".');
  if (!Array.isArray(ignore) || !ignore.every((pattern) => typeof pattern === 'string')) throw invalid(file, 'has an "ignore" that is no list of texts', shape);
  return { rules: rules as Levels, ignore };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, what: string, next: string): Failure {
  return new Failure({ code: 'lint-config-invalid', message: `${file} ${what}.`, why: 'Lint would judge by other rules than yours.', next });
}
