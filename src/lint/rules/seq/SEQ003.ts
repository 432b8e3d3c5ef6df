import { describeCall, rowCallsOf, type FactRule } from './rule.js';

/** Tokenization, one row after the other. */
export const sequentialTokenizing: FactRule = {
  meta: {
    id: 'SEQ003',
    family: 'SEQ',
    severity: 'error',
    summary: 'Texts must be tokenized as a batch, not one row after the other.',
  },
  check(facts) {
    return rowCallsOf(facts, ['tokenizer']).map((call) => ({
      at: call.at,
      message: `${describeCall(call)} tokenizes one row at a time in the loop on line ${call.loop.line}.`,
      why: 'A tokenizer pads and truncates a whole list in one call; per row the cost of each call is paid 64 times.',
      next: 'Collect the texts of all rows first, then give the tokenizer the whole list.',
    }));
  },
};
