import { columnReads } from '../../facts/column-reads.js';
import type { PluginRule } from '../../plugin-rule.js';
import { rowColumns, writtenColumns } from './written.js';

/** Columns that exist. */
export const readsKnownColumns: PluginRule = {
  meta: { id: 'DAT-COLUMN', family: 'DAT', severity: 'error', summary: 'A processor reads columns that its rows have' },
  check(plugin) {
    const { files, inputs, content, realtime } = plugin;
    const written = writtenColumns(plugin);
    if (!files || !written || inputs === null) return [];
    const known = new Set([...rowColumns, ...inputs.filter((name) => name !== content), ...written]);
    return files.filter(({ path }) => path !== realtime?.path).flatMap(({ path, module }) =>
      columnReads(module)
        .filter(({ name }) => !known.has(name))
        .map(({ name, at }) => ({
          file: path,
          at,
          message:
            name === content
              ? `There is no column "${name}": what input_schema requires is in the column "data".`
              : `There is no column "${name}": it is no column of a row, no key of input_schema, and no step writes it.`,
          why: 'Reading a column that is not there fails for every row of the batch, and no document is written.',
          next: name === content ? `Read it with ${module.helpers.column}.` : `Read "data", which holds the row's text or address, or add "${name}" to input_schema.`,
        })),
    );
  },
};
