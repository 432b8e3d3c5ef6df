import { describeCall, placeKey, type FactRule } from './rule.js';

/** One costly call per row, all started at once. */
export const unboundedConcurrency: FactRule = {
  meta: {
    id: 'SEQ006',
    family: 'SEQ',
    severity: 'warn',
    summary: 'Calls for all rows must not be started at once without a limit.',
  },
  check(facts) {
    const seen = new Set<string>();
    const bursts = facts.bursts.filter((call) => !seen.has(placeKey(call)) && seen.add(placeKey(call)));
    return bursts.map((call) => ({
      at: call.at,
      message: `${describeCall(call)} is started for every row of the batch at once.`,
      why:
        call.effect === 'model'
          ? 'A model computes one call after the other, so all inputs wait in memory, and nothing is batched.'
          : 'Services answer such a burst with refusals, and one failure loses the answers of all other rows.',
      next: {
        model: 'Collect the inputs of all rows, then call the model once with the whole list.',
        api: `Use ${facts.module.helpers.api}.`,
        io: `Use ${facts.module.helpers.io}.`,
        tokenizer: 'Give the tokenizer the whole list.',
      }[call.effect],
    }));
  },
};
