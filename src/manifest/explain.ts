/** What the manifest's fields must be, why, and what to write instead: the words behind a refusal by the schema. */
import type { ManifestRule } from './problem.js';
import { categories, costUnits, inputTypes, maxDimension, metrics, resourceTypes, tierLabels } from './schema.js';

/** The words about one field. */
export interface FieldText {
  rule: ManifestRule;
  /** Completes "it must be ...". */
  expected: string;
  why: string;
  /** A valid value as written in source. */
  example: string;
  /** All possible values, where the field has a fixed list. */
  allowed?: readonly string[];
  /** Wrong values with a known meaning. */
  aliases?: Readonly<Record<string, string>>;
}

const noVectors = 'The service makes the vector index from exactly this value, and writes no documents when it is wrong.';
const resources = 'Engine and host start workers with exactly these resources.';
const passedOn = 'The host stores this field and refuses a value of another form.';

/** A field with a fixed list of values. */
function oneOf(
  rule: ManifestRule,
  allowed: readonly string[],
  why: string,
  aliases: Readonly<Record<string, string>> = {},
): FieldText {
  const quoted = allowed.map((value) => `'${value}'`);
  const expected = quoted.length === 1 ? `${quoted[0]}` : `one of ${quoted.join(', ')}`;
  return { rule, expected, why, example: quoted[0] ?? '', allowed, aliases };
}

function field(rule: ManifestRule, expected: string, example: string, why: string): FieldText {
  return { rule, expected, example, why };
}

const label = field('MAN-FIELD', 'text', "'...'", passedOn);
const jsonValue = field('MAN-FIELD', 'plain JSON', '{}', 'It is written to manifest.json as it stands.');
const schema = field(
  'MAN-FIELD',
  'z.object({ ... }) or a JSON Schema of type object',
  'z.object({ text: z.string() })',
  'The fields of a row, of the output and of the parameters are read from it.',
);
const wholeCount = 'a whole number of at least 1';
const positive = 'a number above 0';

/** By path, list positions as `*`. Every path of the schema that can be refused is here. */
export const fieldTexts: Readonly<Record<string, FieldText>> = {
  feature_extractor_name: field(
    'MAN-NAME',
    'a letter, then 2 to 63 letters, digits or underscores',
    "'my_extractor'",
    'The name is part of the plugin id and of every feature URI, and the service refuses any other form.',
  ),
  version: field(
    'MAN-VERSION',
    'three whole numbers, X.Y.Z',
    "'1.0.0'",
    'The version is part of the plugin id and of every feature URI, which take three whole numbers only.',
  ),
  description: field('MAN-FIELD', 'text of at most 500 characters', "'Embeds short texts'", passedOn),
  category: oneOf('MAN-FIELD', categories, passedOn, { pdf: 'document', doc: 'document', documents: 'document', images: 'image', videos: 'video', mixed: 'multimodal' }),
  icon: label,
  author: label,
  inference_type: field('MAN-FIELD', 'text', "'embedding'", passedOn),
  supported_input_types: field('MAN-INPUT-TYPES', 'a list of input types', "['text']", passedOn),
  'supported_input_types.*': oneOf('MAN-INPUT-TYPES', inputTypes, 'Rows of a type that the service does not know never reach the plugin.', { document: 'pdf', string: 'text', images: 'image', videos: 'video', png: 'image', jpeg: 'image', mp4: 'video', mp3: 'audio' }),
  input_schema: schema,
  output_schema: schema,
  parameter_schema: schema,
  features: field('MAN-FEATURE-KEYS', 'a list of features', "[{ feature_type: 'embedding', ... }]", noVectors),
  'features.*': field('MAN-FEATURE-KEYS', 'an object with the four keys of a feature', "{ feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'cosine' }", noVectors),
  'features.*.feature_type': oneOf('MAN-FEATURE-TYPE', ['embedding'], noVectors, { vector: 'embedding', dense: 'embedding', dense_vector: 'embedding' }),
  'features.*.feature_name': field('MAN-FEATURE-NAME', 'a letter, then at most 63 letters, digits, underscores or hyphens', "'my_embedding'", 'It is the name of a column, of a vector index, and the last part of the feature URI.'),
  'features.*.embedding_dim': field('MAN-EMBEDDING-DIM', `a whole number from 1 to ${maxDimension}`, '384', noVectors),
  'features.*.distance_metric': oneOf('MAN-DISTANCE-METRIC', metrics, noVectors, { euclidean: 'euclid', l2: 'euclid', cos: 'cosine', angular: 'cosine', cosine_similarity: 'cosine', dot_product: 'dot', dotproduct: 'dot', inner_product: 'dot', ip: 'dot' }),
  required_vector_indexes: field('MAN-FIELD', 'a list', '[]', passedOn),
  feature_uri: field('MAN-FEATURE-URI', 'text of the form mixpeek://name@1.0.0/feature', "'mixpeek://my_extractor@1.0.0/my_embedding'", 'Search asks for query vectors under exactly this address.'),
  dependencies: field('MAN-DEPENDENCIES', 'a list of package names with versions', "['lodash@4.17.21']", 'They are installed from the package registry by name.'),
  'dependencies.*': field('MAN-DEPENDENCIES', 'a package name, with a version or range if you like', "'lodash@4.17.21'", 'Packages are installed from the registry by name; an address, a path or a git repository cannot be checked or repeated.'),
  input_mappings: field('MAN-FIELD', 'an object', "{ data: 'text' }", 'It describes the input and never renames a column.'),
  tier: field('MAN-FIELD', 'a whole number from 1 to 5', '1', passedOn),
  tier_label: oneOf('MAN-FIELD', tierLabels, passedOn),
  compute_profile: field('MAN-COMPUTE-PROFILE', 'an object', "{ resource_type: 'cpu', batch_size: 64 }", resources),
  'compute_profile.resource_type': oneOf('MAN-COMPUTE-PROFILE', resourceTypes, resources, { cuda: 'gpu', llm: 'api', io: 'api', network: 'api', tpu: 'gpu' }),
  'compute_profile.batch_size': field('MAN-COMPUTE-PROFILE', wholeCount, '64', resources),
  'compute_profile.max_concurrency': field('MAN-COMPUTE-PROFILE', wholeCount, '2', resources),
  'compute_profile.actor_memory_gb': field('MAN-COMPUTE-PROFILE', positive, '2', resources),
  'compute_profile.gpu_memory_gb': field('MAN-COMPUTE-PROFILE', positive, '8', resources),
  serve_config: field('MAN-FIELD', 'an object', '{ num_replicas: 1 }', resources),
  'serve_config.num_replicas': field('MAN-FIELD', 'a whole number of at least 0', '1', resources),
  'serve_config.min_replicas': field('MAN-FIELD', 'a whole number of at least 0', '0', resources),
  'serve_config.max_replicas': field('MAN-FIELD', wholeCount, '2', resources),
  'serve_config.target_ongoing_requests': field('MAN-FIELD', positive, '4', resources),
  'serve_config.num_cpus': field('MAN-FIELD', 'a number of at least 0', '1', resources),
  'serve_config.num_gpus': field('MAN-FIELD', 'a number of at least 0', '0', resources),
  'serve_config.memory_gb': field('MAN-FIELD', positive, '2', resources),
  cost_rates: field('MAN-FIELD', 'a list', "[{ unit: 'image', credits_per_unit: 1 }]", passedOn),
  'cost_rates.*': field('MAN-FIELD', 'an object with unit and credits_per_unit', "{ unit: 'image', credits_per_unit: 1 }", passedOn),
  'cost_rates.*.unit': oneOf('MAN-FIELD', costUnits, passedOn, { token: '1k_tokens', tokens: '1k_tokens', minutes: 'minute', images: 'image', pages: 'page', faces: 'face' }),
  'cost_rates.*.credits_per_unit': field('MAN-FIELD', 'a number of at least 0', '1', passedOn),
  container_image: field('MAN-FIELD', 'the name of an OCI image', "'registry.example/my_extractor:1.0.0'", passedOn),
  example_input: jsonValue,
  example_output: jsonValue,
  actions: jsonValue,
  hooks: jsonValue,
  capabilities: jsonValue,
};

/** Wrong keys with a known meaning, by the path of the object they stand in. */
export const keyAliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    name: 'feature_extractor_name', plugin_name: 'feature_extractor_name', extractor_name: 'feature_extractor_name',
    plugin_version: 'version', summary: 'description', type: 'category',
    inputs: 'input_schema', outputs: 'output_schema', params_schema: 'parameter_schema', params: 'parameter_schema',
    parameters: 'parameter_schema', parameters_schema: 'parameter_schema', config_schema: 'parameter_schema',
    input_types: 'supported_input_types', embeddings: 'features', vectors: 'features', vector_indexes: 'features',
    uri: 'feature_uri', requirements: 'dependencies', packages: 'dependencies', compute: 'compute_profile',
    resources: 'compute_profile', profile: 'compute_profile', serve: 'serve_config', costs: 'cost_rates', image: 'container_image',
  },
  'features.*': {
    type: 'feature_type', kind: 'feature_type', name: 'feature_name', vector_name: 'feature_name', column: 'feature_name',
    dimensions: 'embedding_dim', dimension: 'embedding_dim', dim: 'embedding_dim', dims: 'embedding_dim',
    size: 'embedding_dim', length: 'embedding_dim', vector_size: 'embedding_dim', embedding_size: 'embedding_dim',
    distance: 'distance_metric', metric: 'distance_metric', similarity: 'distance_metric', distance_function: 'distance_metric',
  },
  compute_profile: {
    type: 'resource_type', resource: 'resource_type', device: 'resource_type', batch: 'batch_size',
    concurrency: 'max_concurrency', max_actors: 'max_concurrency', workers: 'max_concurrency',
    memory: 'actor_memory_gb', memory_gb: 'actor_memory_gb', ram_gb: 'actor_memory_gb',
    gpu_memory: 'gpu_memory_gb', vram_gb: 'gpu_memory_gb', vram: 'gpu_memory_gb',
  },
  serve_config: { replicas: 'num_replicas', cpus: 'num_cpus', gpus: 'num_gpus', memory: 'memory_gb' },
  'cost_rates.*': { credits: 'credits_per_unit', price: 'credits_per_unit', rate: 'credits_per_unit' },
};
