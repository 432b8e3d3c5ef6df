/** What the manifest rules say of themselves. */
import { manifestRules, type ManifestRule } from '../../../manifest/index.js';
import type { RuleMeta } from '../../rule.js';

/** The rules' descriptions, in the order in which the manifest's documentation goes through them. */
export const ruleMetas: readonly RuleMeta[] = (Object.keys(manifestRules) as ManifestRule[]).map(metaOf);

export function metaOf(id: ManifestRule): RuleMeta {
  const [severity, summary] = manifestRules[id];
  return { id, family: 'MAN', severity, summary };
}
