import { unguardedNulls } from '../../facts/nulls.js';
import type { PluginRule } from '../../plugin-rule.js';

/** Rows without content. */
export const handlesNulls: PluginRule = {
  meta: { id: 'DAT-NULL', family: 'DAT', severity: 'warn', summary: 'A processor expects rows without a text' },
  check({ files, inputTypes, realtime }) {
    // Of binary rows the column holds an address, and helpers for many items leave out what has none.
    if (files === null || (inputTypes !== null && !inputTypes.includes('text'))) return [];
    return files.filter(({ path }) => path !== realtime?.path).flatMap(({ path, module }) =>
      unguardedNulls(module).map(({ at, use, isModel }) => ({
        file: path,
        at,
        message: isModel ? `${use} is given the column "data" as it is, where rows without a text have null.` : `${use} is used, and rows without a text have null there.`,
        why: isModel ? 'One null makes the call fail for all rows of the batch.' : 'One null makes the step fail for its row, or for all rows of the batch.',
        next: `Replace nulls first: ${module.helpers.withoutNulls}.`,
      })),
    );
  },
};
