/** Levels and the rules that there are. Pure. */
import { Failure } from '../errors/index.js';
import type { Levels } from './levels.js';
import { ruleMetas } from './registry.js';
import { unknownRule } from './unknown-rule.js';

/**
 * @throws Failure `lint-unknown-rule`, `lint-rule-locked` for a security rule whose level would change.
 */
export function checkLevels(chosen: Levels): void {
  for (const [id, level] of Object.entries(chosen)) {
    const meta = ruleMetas.find((rule) => rule.id === id);
    if (!meta) throw unknownRule(id, 'A misspelt rule would keep its level without a word.');
    if (meta.family === 'SEC' && level !== meta.severity) {
      throw new Failure({
        code: 'lint-rule-locked',
        message: `The level of security rule "${id}" cannot be changed.`,
        why: 'A host would refuse the plugin all the same.',
        next: 'Silence a single line with a directive that gives its reason.',
      });
    }
  }
}

/**
 * The level of every rule, when these are chosen.
 *
 * @throws as `checkLevels`.
 */
export function effectiveLevels(chosen: Levels): Levels {
  checkLevels(chosen);
  return Object.fromEntries(ruleMetas.map(({ id, severity }) => [id, chosen[id] ?? severity]));
}
