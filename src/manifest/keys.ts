/** The keys of a manifest, for readers that meet them among other names. */
import { keyAliases } from './explain.js';
import { knownKeys } from './schema.js';
import { suggest } from './suggest.js';

/** The keys at the top of a manifest. */
export const manifestKeys: readonly string[] = knownKeys[''] ?? [];

/** Names that nothing but a plugin's manifest uses; `version` or `category` may stand in any file. */
export const tellingKeys: readonly string[] = [
  'feature_extractor_name', 'compute_profile', 'input_schema', 'output_schema', 'parameter_schema', 'feature_uri', 'supported_input_types',
];

const aliases = Object.entries(keyAliases[''] ?? {}).filter(([, key]) => key === 'feature_extractor_name' || key === 'version');

/**
 * The key that a name of a module probably stands for: another spelling, a typing error, or another word for one of the
 * two required keys. Other words (`params`, `resources`) may well be names of something else.
 */
export function closestKey(name: string): string | undefined {
  return suggest(name, manifestKeys, Object.fromEntries(aliases));
}
