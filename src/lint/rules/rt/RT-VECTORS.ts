import type { PluginRule } from '../../plugin-rule.js';
import { answersOf } from './answers.js';

/** One vector for each feature. */
export const hasAllVectors: PluginRule = {
  meta: { id: 'RT-VECTORS', family: 'RT', severity: 'error', summary: 'The realtime service answers with a vector for each declared feature' },
  check({ realtime, features }) {
    if (!realtime || features === null || features.length < 2) return [];
    const answers = answersOf(realtime) ?? [];
    // A service may give one vector at a time; all its answers together have to name every feature.
    const keys = new Set(answers.flatMap((answer) => answer.keys));
    const [first] = answers;
    if (!first || ![...features, 'embedding'].some((name) => keys.has(name))) return [];
    const missing = features.filter((name, i) => !keys.has(name) && !(i === 0 && keys.has('embedding')));
    return missing.map((name) => ({
      file: realtime.path,
      at: first.at,
      message: `${first.by} never answers with "${name}", which the manifest declares as a feature.`,
      why: `A search in "${name}" finds no vector for its query.`,
      next: `Add "${name}" to the answer, beside the other vectors.`,
    }));
  },
};
