import { changedRows, forgottenReturns } from '../../facts/row-count.js';
import type { FactRule } from '../seq/rule.js';

/** A step keeps its rows. */
export const keepsRows: FactRule = {
  meta: { id: 'DAT-ROWS', family: 'DAT', severity: 'error', summary: 'A processor returns the rows it was given' },
  check({ module }) {
    const forgotten = forgottenReturns(module).map((at) => ({
      at,
      message: `${module.helpers.process} writes columns and returns nothing.`,
      why: 'What a processor returns is its result: without a batch nothing that it wrote is kept, and the step fails.',
      next: 'Return the batch with its columns at the end.',
    }));
    const changed = changedRows(module).map(({ at, method }) => ({
      at,
      message: `The batch that ${module.helpers.process} returns has other rows than it was given: "${method}" changes them.`,
      why: 'Results are joined to their documents by position, so a batch with more or fewer rows is refused as a whole.',
      next: 'Return the batch you were given, with columns added, and write null for rows without a result.',
    }));
    return [...forgotten, ...changed];
  },
};
