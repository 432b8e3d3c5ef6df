/** What the SEQ rules have in common: each speaks about some kinds of costly calls made row by row. */
import type { Effect, RowCall, RowFacts } from '../../facts/index.js';
import type { Place, Report, RuleMeta } from '../../rule.js';

/** A rule that reads facts, in any language. */
export interface FactRule {
  meta: RuleMeta;
  check(facts: RowFacts): Report[];
}

/** The calls of these kinds that are made per row, one per place, in the order they were met. */
export function rowCallsOf(facts: RowFacts, effects: readonly Effect[]): RowCall[] {
  const seen = new Set<string>();
  return facts.rowCalls.filter((call) => {
    const key = placeKey(call);
    return effects.includes(call.effect) && !seen.has(key) && seen.add(key);
  });
}

/** Identifies the place a call is reported at. */
export function placeKey(call: { at: Place }): string {
  return `${call.at.line}:${call.at.column}`;
}

/** The call as messages show it; a helper's name says where it leads. */
export function describeCall(call: RowCall): string {
  const name = `${call.label === '' ? 'A call' : `"${call.label}"`}`;
  const isDirect = call.at.line === call.origin.line && call.at.column === call.origin.column;
  return isDirect ? name : `${name} (line ${call.origin.line})`;
}
