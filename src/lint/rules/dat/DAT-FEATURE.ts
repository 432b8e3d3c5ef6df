import type { PluginRule } from '../../plugin-rule.js';
import { hasProcessor, writtenColumns } from './written.js';

/** Features that are written. */
export const writesFeatures: PluginRule = {
  meta: { id: 'DAT-FEATURE', family: 'DAT', severity: 'error', summary: 'Some step writes each declared feature' },
  check(plugin) {
    const written = writtenColumns(plugin);
    if (plugin.features === null || !written || !hasProcessor(plugin)) return [];
    return plugin.features.flatMap((name, i) => {
      if (written.has(name)) return [];
      const others = [...written].filter((column) => /embedding|vector/i.test(column));
      return [{
        file: plugin.manifest,
        at: plugin.placeOf(['features', i, 'feature_name']),
        message: `No step writes a column "${name}", which the manifest declares as a feature.`,
        why: 'The vector index of that name stays empty: the run ends without an error, and no document is found.',
        next: others.length === 1 ? `Write the vectors to "${name}"; the code writes "${others[0]}".` : `Write a vector for each row to the column "${name}".`,
      }];
    });
  },
};
