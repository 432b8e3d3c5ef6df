import type { FactRule } from './rule.js';

/** The first row taken for all. */
export const firstRowOnly: FactRule = {
  meta: {
    id: 'SEQ005',
    family: 'SEQ',
    severity: 'warn',
    summary: 'What is written for a batch must come from all of its rows, not from the first alone.',
  },
  check(facts) {
    return facts.firstRows.map((at) => ({
      at,
      message: 'Only the first row is read, and what comes of it is written for the whole batch.',
      why: 'Every other row gets the result of the first one, without any error.',
      next: `Read the whole column, for example ${facts.module.helpers.column}, and write one value for each row.`,
    }));
  },
};
