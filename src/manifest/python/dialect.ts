/** Advice as Python writes it. */
import type { Dialect } from '../dialect.js';
import { show } from '../tree.js';

const feature = '{"feature_type": "embedding", "feature_name": "my_embedding", "embedding_dim": 384, "distance_metric": "cosine"}';
const schema = { expected: 'a pydantic model, or a dict of fields to JSON Schema', example: '{"text": {"type": "string"}}' };

const number = String.raw`v?(?:\d+!)?\d+(?:\.\d+)*(?:\.\*|-\d+|[-_.]?(?:a|b|c|rc|alpha|beta|pre|post|rev|r|dev)[-_.\w]*)?(?:\+[\w.-]+)?`;
const comparison = String.raw`(?:[=!<>~]=|[<>]|===) ?${number}`;
/** A name, extras, versions that are compared, a marker. Neither `torch=2.1` nor `torch 2.1`, which other tools write. */
const requirement = new RegExp(String.raw`^[\w.-]+ ?(?:\[[^\]]*\] ?)?(?:\( ?)?(?:${comparison}(?: ?, ?${comparison})*)? ?\)? ?(?:; ?\S.*)?$`);

export const python: Dialect = {
  fields: {
    feature_extractor_name: { example: '"my_extractor"' },
    version: { example: '"1.0.0"' },
    supported_input_types: { example: '["text"]' },
    input_schema: schema,
    output_schema: schema,
    parameter_schema: schema,
    features: { example: `[${feature}]` },
    'features.*': { expected: 'a dict with the four keys of a feature', example: feature },
    'features.*.feature_type': { example: '"embedding"' },
    'features.*.feature_name': { example: '"my_embedding"' },
    'features.*.distance_metric': { example: '"cosine"' },
    feature_uri: { example: '"mixpeek://my_extractor@1.0.0/my_embedding"' },
    dependencies: { example: '["pillow==10.4.0"]' },
    'dependencies.*': { example: '"pillow==10.4.0"' },
    input_mappings: { expected: 'a dict', example: '{"data": "text"}' },
    compute_profile: { expected: 'a dict', example: '{"resource_type": "cpu", "batch_size": 64}' },
    'compute_profile.resource_type': { example: '"cpu"' },
    serve_config: { expected: 'a dict', example: '{"num_replicas": 1}' },
    cost_rates: { example: '[{"unit": "image", "credits_per_unit": 1}]' },
    'cost_rates.*': { expected: 'a dict with unit and credits_per_unit', example: '{"unit": "image", "credits_per_unit": 1}' },
    'cost_rates.*.unit': { example: '"image"' },
  },
  show: (value) => {
    if (value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    const shown = show(value);
    return shown === 'an object' ? 'a dict' : shown;
  },
  entry: (key, value, isTop) => (isTop ? `${key} = ${value}` : `"${key}": ${value}`),
  dependency: requirement,
  strangeKey: 'warn',
  writeSchema: 'Write a pydantic model, or a dict of fields to JSON Schema.',
  makeRequired: 'Make the key that carries the data required: in a model, remove its default; in a dict, write a JSON Schema and name it under "required".',
  vector: (name, length) => `${name}: List[float] = Field(..., min_length=${length}, max_length=${length})`,
};
