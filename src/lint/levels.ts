/** Levels of rules, as flags give them. Pure. */
import { Failure } from '../errors/index.js';
import type { Severity } from './rule.js';

/** A severity for a rule, or `off`. */
export type RuleLevel = Severity | 'off';

/** Levels by rule id. */
export type Levels = Readonly<Record<string, RuleLevel>>;

const levels: readonly string[] = ['off', 'warn', 'error'];

/** Whether a value is a level. */
export function isLevel(value: unknown): value is RuleLevel {
  return typeof value === 'string' && levels.includes(value);
}

/**
 * Reads levels as flags give them, `ID=off|warn|error`. The last one of a rule wins.
 *
 * @throws Failure `lint-bad-level` for text of another form. Whether the rules exist is for `lintPaths` to say.
 */
export function parseLevels(texts: readonly string[]): Levels {
  return Object.fromEntries(texts.map(parseLevel));
}

function parseLevel(text: string): [string, RuleLevel] {
  const [id = '', level, ...rest] = text.split('=').map((part) => part.trim());
  if (id !== '' && isLevel(level) && rest.length === 0) return [id.toUpperCase(), level];
  throw new Failure({
    code: 'lint-bad-level',
    message: `"${text}" gives no level to a rule.`,
    why: 'A level that is not understood would change nothing, without a word.',
    next: 'Write ID=off, ID=warn or ID=error, for example --rule SEQ001=warn.',
  });
}
