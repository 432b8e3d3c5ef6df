import type { PluginRule } from '../../plugin-rule.js';
import { readColumns, rowColumns, writtenColumns } from './columns.js';

/** Columns that exist. */
export const readsKnownColumns: PluginRule = {
  meta: { id: 'DAT-COLUMN', family: 'DAT', severity: 'error', summary: 'A processor reads columns that its rows have' },
  check({ files, inputs }) {
    const written = files && writtenColumns(files);
    if (!files || !written || inputs === null) return [];
    const known = new Set([...rowColumns, ...inputs, ...written]);
    return files.flatMap(({ path, module }) =>
      readColumns(module)
        .filter(({ name }) => !known.has(name))
        .map(({ name, at }) => ({
          file: path,
          at,
          message: `There is no column "${name}": it is no column of a row, no key of input_schema, and no step writes it.`,
          why: 'Reading a column that is not there throws, so every row of the batch fails.',
          next: `Read "data", which holds the row's text or address, or add "${name}" to input_schema.`,
        })),
    );
  },
};
