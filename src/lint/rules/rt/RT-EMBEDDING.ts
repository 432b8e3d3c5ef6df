import type { PluginRule } from '../../plugin-rule.js';
import { answersOf } from './answers.js';

/** The key search reads. */
export const hasEmbedding: PluginRule = {
  meta: { id: 'RT-EMBEDDING', family: 'RT', severity: 'error', summary: 'The answer of the realtime service has an embedding' },
  check({ realtime, features }) {
    if (!realtime || features === null || features.length === 0) return [];
    return (answersOf(realtime) ?? [])
      .filter(({ keys }) => !keys.includes('embedding') && !features.some((name) => keys.includes(name)))
      .map(({ at, by, keys }) => ({
        file: realtime.path,
        at,
        message: keys.includes('embeddings')
          ? `${by} returns "embeddings"; the key is "embedding", in the singular.`
          : `${by} returns an object with neither "embedding" nor "${features[0]}".`,
        why: 'Search reads the vector of the query from that key, and fails without it.',
        next: 'Return one vector, not a list of vectors, under the key "embedding".',
      }));
  },
};
