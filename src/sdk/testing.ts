/**
 * `plugsmith/testing`: processors and pipelines in a test's own process. Run tests with `plugin test`, which provides
 * models and tokenizers; everything else also works under a plain `node --test`.
 */
import { Batch, type Row } from './batch.js';
import { columnFrom } from './column.js';
import type { Context, ExtractorRequest, Llm, LlmRequest, Secrets } from './context.js';
import { callProcessor, runSteps } from './execute.js';
import { hooks } from './hooks.js';
import { toPipelineStep, type BuiltPipeline, type Processor } from './pipeline.js';
import type { z } from 'zod';

const DEFAULTS: Record<string, (index: number) => unknown> = {
  data: () => null,
  document_id: (i) => `doc_${i + 1}`,
  object_id: (i) => `obj_${i + 1}`,
  blob_id: (i) => `blob_${i + 1}`,
  blob_property: () => 'content',
  blob_type: () => 'text',
  collection_id: () => 'col_test',
  feature_extractor_id: () => 'test',
  mime_type: () => 'text/plain',
  size_bytes: () => 0,
};

/** A batch of the given rows with all ten columns; what a row leaves out is filled with test values. */
export function makeBatch(rows: readonly Record<string, unknown>[]): Batch {
  const names = new Set([...Object.keys(DEFAULTS), ...rows.flatMap((row) => Object.keys(row))]);
  const columns = [...names].map((name) =>
    columnFrom(
      name,
      rows.map((row, i) => (name in row ? row[name] : (DEFAULTS[name]?.(i) ?? null))),
    ),
  );
  return new Batch(columns, rows.length);
}

/** What a test puts in the place of the run's services. */
export interface TestServices {
  llm?: Llm;
  secrets?: Secrets;
  /** The plugin's folder; the current folder unless told. */
  root?: string;
}

/**
 * A context as a worker makes it. Models and tokenizers need `plugin test`.
 * @throws Error saying so when run otherwise.
 */
export function createContext(services: TestServices = {}): Context {
  const { root = process.cwd(), llm = fakeLlm(), secrets = fakeSecrets({}) } = services;
  if (hooks.createContext === undefined) {
    throw new Error('models and tokenizers are provided by the test runner: run `plugin test` instead of `node --test`');
  }
  return hooks.createContext({ root, services: { llm, secrets } });
}

/** Calls one processor, checks that all rows came back, and gives the rows. */
export async function runProcessor(processor: Processor, rows: Batch | readonly Record<string, unknown>[]): Promise<Row[]> {
  const batch = rows instanceof Batch ? rows : makeBatch(rows);
  return (await callProcessor(processor, batch)).batch.toArray();
}

/** A plugin as a test imports it: its manifest and its `buildSteps`. */
export interface TestedPlugin {
  manifest: { feature_extractor_name: string; version: string; parameter_schema?: unknown; features?: readonly { feature_name: string }[] };
  buildSteps(request: ExtractorRequest<never>, container: Context): BuiltPipeline | Promise<BuiltPipeline>;
}

/** How `runPipeline` builds the pipeline. */
export interface PipelineOptions extends TestServices {
  /** As a user would give them: parsed by `parameter_schema`, defaults applied. */
  parameters?: Record<string, unknown>;
  /** Made by `createContext` unless given. */
  context?: Context;
}

/** Builds the plugin's steps and runs them over the rows as one batch; row conditions and `enabled` apply. A feature that no step wrote is null, as in a run. */
export async function runPipeline(plugin: TestedPlugin, rows: readonly Record<string, unknown>[], options: PipelineOptions = {}): Promise<Row[]> {
  const context = options.context ?? createContext(options);
  const schema = plugin.manifest.parameter_schema as z.ZodType<Record<string, unknown>> | undefined;
  const parameters = schema === undefined ? (options.parameters ?? {}) : schema.parse(options.parameters ?? {});
  const request = { extractor_config: { feature_extractor_name: plugin.manifest.feature_extractor_name, version: plugin.manifest.version, parameters } };
  const built = await plugin.buildSteps(request as ExtractorRequest<never>, context);
  const steps = built.steps.map(toPipelineStep).map((step) => ({ step, processor: step.create(context) }));
  const done = await runSteps(steps, makeBatch(rows));
  const missing = (plugin.manifest.features ?? []).filter(({ feature_name: name }) => !done.has(name));
  return missing.reduce((batch, { feature_name: name }) => batch.withColumn(name, new Array<null>(rows.length).fill(null)), done).toArray();
}

/** An LLM that answers from `answer` and remembers what it was asked in `calls`. */
export function fakeLlm(answer: (request: LlmRequest) => unknown = () => ({})): Llm & { calls: LlmRequest[] } {
  const calls: LlmRequest[] = [];
  return {
    calls,
    async generate<T>(request: LlmRequest) {
      calls.push(request);
      const data = await answer(request);
      return { data: data as T, text: typeof data === 'string' ? data : JSON.stringify(data) };
    },
  };
}

/** Secrets held in memory. */
export function fakeSecrets(values: Record<string, string>): Secrets {
  return {
    async get(name) {
      const value = values[name];
      if (value === undefined) throw new Error(`there is no secret "${name}" in fakeSecrets; it has: ${Object.keys(values).join(', ') || 'none'}`);
      return value;
    },
    list: async () => Object.keys(values),
  };
}
