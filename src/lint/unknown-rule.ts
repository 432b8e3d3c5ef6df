/** What is said where somebody names a rule that does not exist. */
import { closest, distance } from 'fastest-levenshtein';
import { Failure } from '../errors/index.js';
import { ruleMetas } from './registry.js';

/** @returns Failure `lint-unknown-rule`, with the rule that was probably meant. */
export function unknownRule(id: string, why: string): Failure {
  const list = 'All rules are listed by: plugin lint --rules';
  const near = closest(id.toUpperCase(), ruleMetas.map((rule) => rule.id));
  // A third of the letters may be wrong; with more, nothing was meant that exists.
  const isNear = distance(id.toUpperCase(), near) <= Math.max(1, Math.floor(id.length / 3));
  return new Failure({ code: 'lint-unknown-rule', message: `There is no rule "${id}".`, why, next: isNear ? `Did you mean ${near}? ${list}` : list });
}
