import type { PluginRule } from '../../plugin-rule.js';
import { hasProcessor, rowColumns, writtenColumns } from './written.js';

/** Outputs that are written. */
export const writesOutputs: PluginRule = {
  meta: { id: 'DAT-SCHEMA', family: 'DAT', severity: 'warn', summary: 'Some step writes each key that output_schema requires' },
  check(plugin) {
    const { outputs, inputs, features, manifest, placeOf } = plugin;
    const written = writtenColumns(plugin);
    if (outputs === null || !written || !hasProcessor(plugin)) return [];
    // A row's own columns and inputs pass through; a feature that is not written is DAT-FEATURE's.
    const there = new Set([...written, ...rowColumns, ...(inputs ?? []), ...(features ?? [])]);
    return outputs.filter((name) => !there.has(name)).map((name) => ({
      file: manifest,
      at: placeOf(['output_schema', 'properties', name]),
      message: `No step writes a column "${name}", which output_schema promises.`,
      why: 'Whoever reads the documents by their schema finds nothing under that key.',
      next: `Write "${name}" for each row, or take it out of output_schema.`,
    }));
  },
};
