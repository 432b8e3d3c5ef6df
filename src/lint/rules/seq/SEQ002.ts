import { describeCall, rowCallsOf, type FactRule } from './rule.js';

/** A model or API call, one row after the other. */
export const sequentialCalls: FactRule = {
  meta: {
    id: 'SEQ002',
    family: 'SEQ',
    severity: 'error',
    summary: 'Models and APIs must not be called one row after the other.',
  },
  check(facts) {
    return rowCallsOf(facts, ['model', 'api']).map((call) => {
      const isModel = call.effect === 'model';
      return {
        at: call.at,
        message: `${describeCall(call)} is called once per row by the loop on line ${call.loop.line}.`,
        why: isModel
          ? 'A model takes a whole batch in little more time than one row: 64 calls are up to 64 times slower.'
          : 'Each request waits for the one before: a batch of 64 rows takes 64 times as long as one request.',
        next: isModel
          ? 'Collect the inputs of all rows first, then call the model once with the whole list.'
          : `Collect the inputs of all rows first, then use ${facts.module.helpers.api}.`,
      };
    });
  },
};
