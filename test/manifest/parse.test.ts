import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { checkFiles, checkManifest, fromWire, inputColumns, parseManifest, readStatic, toWire, vectorFeatures } from '../../src/manifest/index.js';
import { defineManifest, z } from '../../src/sdk/manifest.js';

const feature = { feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'cosine' } as const;
const smallest = { feature_extractor_name: 'my_extractor', version: '1.0.0' };
const whole = defineManifest({
  feature_extractor_name: 'my_extractor',
  version: 'v1.2',
  description: 'Embeds',
  category: 'text',
  icon: 'i',
  author: 'a',
  inference_type: 'embedding',
  input_schema: z.object({ text: z.string(), title: z.string().optional() }),
  output_schema: z.object({ my_embedding: z.array(z.number()).length(384), label: z.string() }),
  parameter_schema: z.object({ threshold: z.number().min(0).max(1).default(0.5) }),
  supported_input_types: ['text', 'pdf'],
  features: [feature],
  required_vector_indexes: [{ name: 'x' }],
  feature_uri: 'mixpeek://my_extractor@1.2.0/my_embedding',
  dependencies: ['lodash@4.17.21'],
  input_mappings: { data: 'text' },
  tier: 2,
  tier_label: 'MODERATE',
  compute_profile: { resource_type: 'gpu', batch_size: 16, max_concurrency: 1, actor_memory_gb: 4, gpu_memory_gb: 8 },
  serve_config: { num_replicas: 1, min_replicas: 0, max_replicas: 2, target_ongoing_requests: 4, num_cpus: 0.5, num_gpus: 0, memory_gb: 2 },
  cost_rates: [{ unit: '1k_tokens', credits_per_unit: 0.1 }],
  container_image: 'registry.example/a:1',
  example_input: { text: 'a' },
  example_output: [1, null],
  actions: ['train'],
  hooks: {},
  capabilities: { network: ['example.org'] },
});

function failureOf(run: () => unknown): Failure {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseManifest', () => {
  it('says one thing of a value of a wrong form', () => {
    const { details } = failureOf(() => parseManifest({ ...smallest, input_schema: { text: z.string() } }));
    expect(details?.['problems']).toMatchObject([{ rule: 'MAN-FIELD', path: 'input_schema' }]);
  });

  it('fills in every default', () => {
    expect(parseManifest(smallest)).toEqual({
      ...smallest,
      supported_input_types: [],
      input_schema: null,
      output_schema: null,
      parameter_schema: null,
      features: [],
      dependencies: [],
      compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2, actor_memory_gb: 2, gpu_memory_gb: null },
    });
  });

  it('keeps every field, normalises the version, and writes schemas as JSON Schema', () => {
    const { input_schema: _i, output_schema: _o, parameter_schema: _p, version: _v, ...plain } = whole;
    expect(parseManifest(whole)).toEqual({
      ...plain,
      version: '1.2.0',
      input_schema: { type: 'object', properties: { text: { type: 'string' }, title: { type: 'string' } }, required: ['text'] },
      output_schema: {
        type: 'object',
        properties: { my_embedding: { type: 'array', items: { type: 'number' }, minItems: 384, maxItems: 384 }, label: { type: 'string' } },
        required: ['my_embedding', 'label'],
      },
      parameter_schema: { type: 'object', properties: { threshold: { type: 'number', minimum: 0, maximum: 1, default: 0.5 } } },
    });
  });

  it('accepts schemas as JSON Schema and as a table of fields', () => {
    const fields = { a: { type: 'string' } };
    const asSchema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: fields };
    const plain = { type: 'object', properties: fields };
    expect(parseManifest({ ...smallest, input_schema: asSchema }).input_schema).toEqual(plain);
    expect(parseManifest({ ...smallest, output_schema: fields }).output_schema).toEqual(plain);
  });

  it('treats null and undefined as absent', () => {
    expect(parseManifest({ ...smallest, description: null, features: null, input_schema: undefined })).toEqual(parseManifest(smallest));
  });

  it('lists every mistake with path, message and what to write', () => {
    const failure = failureOf(() => parseManifest({ ...smallest, version: '1', tier: 9, features: [{ ...feature, embedding_dim: '384' }, feature] }));
    expect(failure).toMatchObject({ code: 'manifest-invalid', exitCode: 2 });
    expect(failure.details).toEqual({
      problems: [
        { rule: 'MAN-EMBEDDING-DIM', path: 'features[0].embedding_dim', message: expect.stringContaining("is '384'"), why: expect.any(String), next: 'Write 384.' },
        { rule: 'MAN-FIELD', path: 'tier', message: 'tier is 9; it must be a whole number from 1 to 5.', why: expect.any(String), next: 'Write for example 1.' },
        { rule: 'MAN-FEATURE-NAME', path: 'features[1].feature_name', message: expect.stringContaining('as in features[0]'), why: expect.any(String), next: expect.any(String) },
      ],
    });
    expect(JSON.parse(JSON.stringify(failure.details))).toEqual(failure.details);
  });

  it.each([
    ['type', 'feature_type'], ['name', 'feature_name'], ['dimensions', 'embedding_dim'], ['distance', 'distance_metric'],
  ] as const)('refuses the feature key %s and names %s', (wrong, right) => {
    const { [right]: value, ...rest } = feature;
    const failure = failureOf(() => parseManifest({ ...smallest, features: [{ ...rest, [wrong]: value }] }));
    expect(failure.message).toContain(`features[0] has an unknown key '${wrong}'`);
    expect(failure.next).toBe(`Did you mean '${right}'?`);
  });

  it.each([undefined, null, 5, 'text', [], () => 1, Symbol('x'), new Map()])('refuses %s as a manifest', (value) => {
    expect(failureOf(() => parseManifest(value)).code).toBe('manifest-invalid');
  });

  it('refuses values that JSON has not', () => {
    for (const change of [{ tier: Number.NaN }, { example_input: { a: () => 1 } }, { example_input: 1n }, { actions: new Date() }, { serve_config: { memory_gb: Infinity } }]) {
      expect(failureOf(() => parseManifest({ ...smallest, ...change })).code).toBe('manifest-invalid');
    }
  });

  it('refuses values that nest too deeply or contain themselves', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    for (const change of [{ example_input: cycle }, { example_input: deep }, { output_schema: cycle }, { features: deep }]) {
      expect(failureOf(() => parseManifest({ ...smallest, ...change })).message).toContain('nested more than 100 levels deep, or contains itself');
    }
  });

  it('refuses schemas that cannot be written', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(failureOf(() => parseManifest({ ...smallest, parameter_schema: z.object({ n: z.any().default(cycle) }) })).message).toContain('cannot be written as JSON Schema');
    expect(failureOf(() => parseManifest({ ...smallest, parameter_schema: { type: 'object', properties: { n: { default: () => 1 } } } })).code).toBe('manifest-invalid');
  });

  it('does not fail for warnings', () => {
    const manifest = { ...smallest, version: 'v1', input_schema: z.object({ a: z.string().optional() }) };
    expect(checkManifest(manifest).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['MAN-VERSION-FORM warn', 'MAN-INPUT-SCHEMA warn']);
    expect(parseManifest(manifest).version).toBe('1.0.0');
  });

  it('describes what JSON Schema cannot express as any value', () => {
    expect(parseManifest({ ...smallest, parameter_schema: z.object({ since: z.date() }) }).parameter_schema).toEqual({ type: 'object', properties: { since: {} }, required: ['since'] });
  });

  it('names line and column when the source is at hand', async () => {
    const text = `import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({\n  feature_extractor_name: 'my_extractor',\n  version: 'one',\n});\n`;
    const source = await readStatic(text, 'manifest.ts');
    const failure = failureOf(() => parseManifest({ ...smallest, version: 'one' }, source));
    expect(failure.message).toContain('manifest.ts is not valid: 4:12 version is');
    expect(failure.details).toMatchObject({ problems: [{ path: 'version', line: 4, column: 12 }] });
  });
});

describe('the wire form', () => {
  it('is read back as it was written, whatever the order of keys', () => {
    for (const manifest of [parseManifest(whole), parseManifest(smallest)]) {
      const text = JSON.stringify(toWire(manifest));
      expect(fromWire(JSON.parse(text))).toEqual(manifest);
      const reversed = Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse());
      expect(JSON.stringify(toWire(fromWire(reversed)))).toBe(text);
    }
  });

  it('is refused with a name of its own', () => {
    const { message, next } = failureOf(() => fromWire({ version: '1.0.0' }));
    expect(message).toBe("manifest.json is not valid: The manifest has no 'feature_extractor_name'.");
    expect(next).toContain('feature_extractor_name');
  });

  it('does not let a key named __proto__ through', () => {
    expect(failureOf(() => fromWire(JSON.parse('{"feature_extractor_name":"abc","version":"1.0.0","__proto__":{"tier":1}}'))).message).toContain("unknown key '__proto__'");
  });
});

it('lists vectors and input columns', () => {
  const manifest = parseManifest(whole);
  expect(vectorFeatures(manifest)).toEqual([{ name: 'my_embedding', dim: 384, metric: 'cosine' }]);
  expect(inputColumns(manifest)).toEqual([{ name: 'text', required: true, type: 'string' }, { name: 'title', required: false, type: 'string' }]);
  expect(inputColumns(parseManifest(smallest))).toEqual([]);
});

it('checks the files beside an evaluated manifest', () => {
  const rules = (names: string[]) => checkFiles(whole, names).map(({ rule }) => rule);
  expect(rules(['manifest.ts', 'pipeline.ts', 'realtime.ts'])).toEqual([]);
  expect(rules(['README.md'])).toEqual(['MAN-FILES', 'MAN-FILES', 'MAN-REALTIME']);
});
