import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Batch, PipelineDefinition, ResourceType, RowCondition, StepDefinition, buildPipelineSteps, type Context, type StepFields } from '../../src/sdk/index.js';
import { hooks } from '../../src/sdk/hooks.js';
import { toPipelineStep } from '../../src/sdk/pipeline.js';
import { createContext, fakeLlm, fakeSecrets, makeBatch, runPipeline, runProcessor } from '../../src/sdk/testing.js';

class Upper {
  constructor(
    readonly config: { prefix: string } | undefined,
    readonly context: Context,
  ) {}
  process(batch: Batch): Batch {
    return batch.withColumn('upper', batch.column('data').toArray().map((text) => (this.config?.prefix ?? '') + (text ?? '').toUpperCase()));
  }
}
class Nothing {}
const context = {} as Context;
const build = (step: object) => buildPipelineSteps({ name: 'p', version: '1.0.0', steps: [step as StepFields] });

describe('buildPipelineSteps', () => {
  it('fills in what is left out and makes the processor with config and context', () => {
    const [step] = build(new StepDefinition({ serviceClass: Upper, resourceType: ResourceType.CPU, config: { prefix: '>' } }));
    expect(step).toMatchObject({ name: 'Upper', resourceType: 'cpu', condition: 'always', batchSize: null });
    expect(step?.create(context)).toMatchObject({ config: { prefix: '>' }, context });
  });

  it('leaves disabled steps out', () => {
    const pipeline = new PipelineDefinition({ name: 'p', version: '1.0.0', steps: [{ serviceClass: Upper, resourceType: 'cpu', enabled: false }, { name: 'b', serviceClass: Upper, resourceType: 'api', batchSize: 2, condition: RowCondition.IS_PDF, enabled: true }] });
    expect(buildPipelineSteps(pipeline)).toMatchObject([{ name: 'b', resourceType: 'api', batchSize: 2, condition: 'is_pdf' }]);
  });

  it.each<[object, string]>([
    [{ serviceClass: 'Upper', resourceType: 'cpu' }, 'step 1 (step_1): serviceClass is not a class; give the processor class itself, not its name or an instance'],
    [{ serviceClass: new Nothing(), resourceType: 'cpu', name: 'n' }, 'step 1 (n): serviceClass is not a class'],
    [{ serviceClass: Nothing, resourceType: 'cpu' }, 'step 1 (Nothing): the class has no method process(batch)'],
    [{ serviceClass: () => 1, resourceType: 'cpu', name: 'arrow' }, 'step 1 (arrow): the class has no method process(batch)'],
    [{ serviceClass: Upper, resourceType: 'tpu' }, 'step 1 (Upper): resourceType "tpu" is not one of CPU, GPU, API'],
    [{ serviceClass: Upper }, 'step 1 (Upper): resourceType "undefined" is not one of'],
    [{ serviceClass: Upper, resourceType: 'cpu', condition: 'is_txt' }, 'step 1 (Upper): condition "is_txt" is not one of ALWAYS, IS_TEXT'],
    [{ serviceClass: Upper, resourceType: 'cpu', condition: 'constructor' }, 'step 1 (Upper): condition "constructor" is not one of'],
    [{ serviceClass: Upper, resourceType: 'cpu', batchSize: 0 }, 'step 1 (Upper): batchSize 0 is not a whole number above 0'],
    [{ serviceClass: Upper, resourceType: 'cpu', batchSize: 1.5 }, 'batchSize 1.5'],
  ])('says what is wrong with %j', (step, message) => expect(() => build(step)).toThrow(message));
});

describe('toPipelineStep', () => {
  it('takes steps, processors and functions', async () => {
    const processor = new Upper(undefined, context);
    expect(toPipelineStep(processor, 0)).toMatchObject({ name: 'Upper', condition: 'always' });
    expect(toPipelineStep(processor, 0).create(context)).toBe(processor);
    const named = toPipelineStep(function measure(batch: Batch) {
      return batch;
    }, 0);
    expect(named.name).toBe('measure');
    expect(await named.create(context).process(makeBatch([{}]))).toBeInstanceOf(Batch);
    expect(toPipelineStep((() => (batch: Batch) => batch)(), 4).name).toBe('step_5');
    const [built] = build({ serviceClass: Upper, resourceType: 'cpu' });
    expect(toPipelineStep(built as never, 0)).toBe(built);
    expect(toPipelineStep({ serviceClass: Upper, resourceType: 'cpu' }, 0).name).toBe('Upper');
  });

  it.each<[unknown, string]>([
    [null, 'step 2 is null'], [undefined, 'step 2 is a undefined'], ['Upper', 'step 2 is a string'], [{}, 'step 2 is a object'], [Upper, 'step 2 is the class Upper itself; wrap it'],
  ])('refuses %o', (step, message) => expect(() => toPipelineStep(step as never, 1)).toThrow(message));
});

describe('testing aids', () => {
  it('makeBatch fills in the ten columns', () => {
    const batch = makeBatch([{ data: 'a', extra: 1 }, { document_id: 'mine', data: null }]);
    expect(batch.columnNames).toEqual(['data', 'document_id', 'object_id', 'blob_id', 'blob_property', 'blob_type', 'collection_id', 'feature_extractor_id', 'mime_type', 'size_bytes', 'extra']);
    expect(batch.toArray()).toMatchObject([{ data: 'a', document_id: 'doc_1', mime_type: 'text/plain', extra: 1 }, { data: null, document_id: 'mine', extra: null }]);
  });

  it('runProcessor checks what a worker checks', async () => {
    expect(await runProcessor(new Upper(undefined, context), [{ data: 'a' }])).toMatchObject([{ data: 'a', upper: 'A' }]);
    await expect(runProcessor({ process: (batch) => batch.filter(() => false) }, makeBatch([{ data: 'a' }]))).rejects.toThrow('it dropped 1');
  });

  it('runPipeline parses parameters, and keeps to conditions', async () => {
    const plugin = {
      manifest: { feature_extractor_name: 'p', version: '1.0.0', parameter_schema: z.object({ prefix: z.string().default('>') }) },
      buildSteps: (request: { extractor_config: { parameters: { prefix: string } } }, given: Context) => ({
        steps: [{ serviceClass: Upper, resourceType: ResourceType.CPU, condition: RowCondition.IS_TEXT, config: request.extractor_config.parameters }, (batch: Batch) => batch.withColumn('same', batch.toArray().map(() => given === context))],
      }),
    };
    const rows = await runPipeline(plugin, [{ data: 'a' }, { data: 'b', mime_type: 'image/png' }], { context });
    expect(rows).toMatchObject([{ upper: '>A', same: true }, { upper: null, same: true }]);
    expect(await runPipeline(plugin, [{ data: 'a' }], { context, parameters: { prefix: '!' } })).toMatchObject([{ upper: '!A' }]);
    await expect(runPipeline(plugin, [{ data: 'a' }], { context, parameters: { prefix: 1 } })).rejects.toThrow(/prefix/);
    // As in a run, where every declared feature is a column.
    const withFeatures = { ...plugin, manifest: { ...plugin.manifest, features: [{ feature_name: 'upper' }, { feature_name: 'v' }] } };
    expect(await runPipeline(withFeatures, [{ data: 'a' }], { context })).toMatchObject([{ upper: expect.stringContaining('A') as string, v: null }]);
  });

  it('createContext needs the test runner', () => {
    expect(() => createContext()).toThrow('run `plugin test`');
    hooks.createContext = (options) => options as never;
    try {
      expect(createContext({ root: '/p' })).toMatchObject({ root: '/p', services: { llm: { calls: [] } } });
    } finally {
      delete hooks.createContext;
    }
  });

  it('fakes remember and answer', async () => {
    const llm = fakeLlm(({ instruction }) => ({ echo: instruction }));
    expect(await llm.generate({ instruction: 'x' })).toEqual({ data: { echo: 'x' }, text: '{"echo":"x"}' });
    expect(llm.calls).toEqual([{ instruction: 'x' }]);
    expect(await fakeLlm(() => 'text').generate({ instruction: 'x' })).toEqual({ data: 'text', text: 'text' });
    const secrets = fakeSecrets({ A: '1' });
    expect([await secrets.get('A'), await secrets.list()]).toEqual(['1', ['A']]);
    await expect(secrets.get('B')).rejects.toThrow('there is no secret "B" in fakeSecrets; it has: A');
  });
});
