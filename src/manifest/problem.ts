/** What a check of a manifest yields. */
import type { Path } from './tree.js';

/** `error`: the service would refuse the manifest or do something else than was meant. `warn`: probably a mistake. */
export type Severity = 'error' | 'warn';

/** Every rule that a manifest is held to, with its severity and one line about it. Pages: `docs/rules/<ID>.md`. */
export const manifestRules = {
  'MAN-DEFAULT-EXPORT': ['error', 'manifest.ts exports one object as its default export'],
  'MAN-DEFINE': ['warn', 'The manifest is passed through defineManifest'],
  'MAN-REQUIRED': ['error', 'feature_extractor_name and version are present'],
  'MAN-UNKNOWN-KEY': ['error', 'The manifest has no unknown keys'],
  'MAN-NAME': ['error', 'The name is 3 to 64 letters, digits and underscores, starting with a letter'],
  'MAN-VERSION': ['error', 'The version can be read as X.Y.Z'],
  'MAN-VERSION-FORM': ['warn', 'The version is written as X.Y.Z'],
  'MAN-FEATURE-KEYS': ['error', 'Each feature has exactly the four keys that the service reads'],
  'MAN-FEATURE-TYPE': ['error', 'feature_type is "embedding"'],
  'MAN-FEATURE-NAME': ['error', 'Feature names are valid, unique, and no column of the input'],
  'MAN-EMBEDDING-DIM': ['error', 'embedding_dim is a whole number of components'],
  'MAN-DISTANCE-METRIC': ['error', 'distance_metric is cosine, euclid or dot'],
  'MAN-COMPUTE-PROFILE': ['error', 'compute_profile has valid keys and values'],
  'MAN-INPUT-TYPES': ['error', 'supported_input_types lists types that the service knows'],
  'MAN-FIELD': ['error', 'Every other field has a value of its type'],
  'MAN-DEPENDENCIES': ['error', 'Dependencies are package names with versions, no addresses or paths'],
  'MAN-FEATURE-URI': ['error', 'feature_uri names this plugin, this version and one of its features'],
  'MAN-INPUT-SCHEMA': ['warn', 'input_schema says which key is required'],
  'MAN-OUTPUT-SCHEMA': ['error', 'output_schema gives a feature the length that it declares'],
  'MAN-OUTPUT-FEATURE': ['warn', 'output_schema has every feature'],
  'MAN-OUTPUT-VECTOR': ['warn', 'A vector in output_schema is declared as a feature'],
  'MAN-REALTIME': ['error', 'A manifest with feature_uri has a realtime file beside it'],
  'MAN-FILES': ['error', 'A plugin folder has a manifest and a pipeline'],
} as const satisfies Record<string, readonly [Severity, string]>;

export type ManifestRule = keyof typeof manifestRules;

/** One mistake. `message`, `why` and `next` are a sentence each. */
export interface Problem {
  rule: ManifestRule;
  severity: Severity;
  /** Keys and list positions from the root; empty for the manifest as a whole. */
  path: Path;
  /** Whether the key or the value at `path` is at fault. */
  at: 'key' | 'value';
  message: string;
  why: string;
  next: string;
  /** What can safely be written in place of the key or value (`at`): a name, a string or a number. */
  fix?: string | number;
}

/** A problem with its rule's severity. */
export function problem(rule: ManifestRule, rest: Omit<Problem, 'rule' | 'severity'>): Problem {
  return { rule, severity: manifestRules[rule][0], ...rest };
}
