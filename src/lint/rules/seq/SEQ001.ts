import { describeCall, placeKey, rowCallsOf, type FactRule } from './rule.js';

/** I/O or waiting, one row after the other. */
export const sequentialIo: FactRule = {
  meta: {
    id: 'SEQ001',
    family: 'SEQ',
    severity: 'error',
    summary: 'Downloads, storage reads and waits must not be done one row after the other.',
  },
  check(facts) {
    // Where the same call also reaches a model or an API, SEQ002 already says what to do.
    const said = new Set(rowCallsOf(facts, ['model', 'api', 'tokenizer']).map(placeKey));
    const calls = rowCallsOf(facts, ['io']).filter((call) => !said.has(placeKey(call)));
    return calls.map((call) => ({
      at: call.at,
      message: `${describeCall(call)} waits for each row of the loop on line ${call.loop.line} in turn.`,
      why: 'The waits add up: a batch of 64 rows takes 64 times as long as one row.',
      next: `Collect the items first, then run them together with ${facts.module.helpers.io}.`,
    }));
  },
};
