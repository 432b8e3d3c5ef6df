/** Loading the bundled plugin: manifest, parameters, steps, realtime service. */
import { pathToFileURL } from 'node:url';
import { Failure, systemCode } from '../errors/index.js';
import { normaliseVersion, parseManifest, parseParameters, type PluginManifest } from '../manifest/index.js';
import type { Context, PipelineStep, Processor, ActionDefinition, BuiltPipeline } from '../sdk/index.js';
import { toPipelineStep } from '../sdk/runtime.js';
import { tell } from './place.js';

/** What the generated entry of a bundle exports; see `runtime/project`. */
interface PluginModule {
  manifest: unknown;
  pipeline?: { buildSteps?: unknown };
  realtime?: Record<string, unknown>;
  actions?: Record<string, { default?: ActionDefinition }>;
}

export interface LiveStep {
  step: PipelineStep;
  processor: Processor;
}

export interface Plugin {
  manifest: PluginManifest;
  parameters: Record<string, unknown>;
  module: PluginModule;
  root: string;
}

/** Imports the bundle and reads its manifest. @throws Failure `plugin-load` with the author's place; `manifest-invalid`; `parameters-invalid`. */
export async function loadPlugin(bundle: string, root: string, given: Record<string, unknown>): Promise<Plugin> {
  let module: PluginModule;
  try {
    module = (await import(bundle.startsWith('file:') ? bundle : pathToFileURL(bundle).href)) as PluginModule;
  } catch (error) {
    throw loadFailure(error, root);
  }
  const manifest = parseManifest(module.manifest, { path: 'manifest.ts' });
  return { manifest, parameters: readParameters(module, manifest, given), module, root };
}

/** Checked against the schema's wire form first (it knows unknown names), then by the author's own schema, refinements included. */
function readParameters(module: PluginModule, manifest: PluginManifest, given: Record<string, unknown>): Record<string, unknown> {
  const parsed = parseParameters(manifest, given);
  const schema = (module.manifest as { parameter_schema?: { safeParse?: (value: unknown) => { success: boolean; data?: unknown; error?: { issues: { path: PropertyKey[]; message: string }[] } } } }).parameter_schema;
  if (typeof schema?.safeParse !== 'function') return parsed;
  const result = schema.safeParse(parsed);
  if (result.success) return result.data as Record<string, unknown>;
  const issues = result.error?.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
  throw new Failure({ code: 'parameters-invalid', message: `The parameters are not valid: ${issues}`, why: 'The plugin\'s own parameter_schema refuses them.', next: 'Correct the values given with --params.' });
}

function loadFailure(error: unknown, root: string): Failure {
  const told = tell(error, root);
  const code = systemCode(error);
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return new Failure({
      code: 'missing-module',
      message: `The plugin imports something that is not there: ${told.message.split('\n')[0]}`,
      why: 'The plugin cannot start without it.',
      next: 'Install it in the plugin\'s folder with npm and run again.',
    });
  }
  return new Failure({
    code: 'plugin-load',
    message: `The plugin failed while it was being imported${told.at ? ` at ${told.at}` : ''}: ${told.name}: ${told.message}`,
    why: 'Nothing of the plugin can run when one of its modules throws at import.',
    next: told.at ? `Mend ${told.at}.` : 'Look at the top-level code of manifest.ts, pipeline.ts and what they import.',
    details: { at: told.at },
  });
}

/** Calls `buildSteps` and constructs the processors. @throws Failure `build-steps` with the author's place. */
export async function buildPlugin(plugin: Plugin, context: Context): Promise<LiveStep[]> {
  const { manifest, module, parameters, root } = plugin;
  const build = module.pipeline?.buildSteps;
  if (typeof build !== 'function') {
    throw new Failure({
      code: 'build-steps',
      message: 'pipeline.ts does not export a function buildSteps.',
      why: 'It is what tells Plugsmith which processors run, in which order.',
      next: 'Add: export function buildSteps(request, container) { return { steps: buildPipelineSteps({...}) } }',
    });
  }
  const request = { extractor_config: { feature_extractor_name: manifest.feature_extractor_name, version: normaliseVersion(manifest.version), parameters } };
  try {
    const built = (await build(request, context)) as BuiltPipeline | undefined;
    if (!Array.isArray(built?.steps)) throw new TypeError('buildSteps returned no { steps: [...] }');
    return built.steps.map(toPipelineStep).map((step) => ({ step, processor: step.create(context) }));
  } catch (error) {
    const told = tell(error, root);
    throw new Failure({
      code: 'build-steps',
      message: `buildSteps failed${told.at ? ` at ${told.at}` : ''}: ${told.name}: ${told.message}`,
      why: 'Without steps there is nothing to run.',
      next: `Mend ${told.at ?? 'buildSteps in pipeline.ts, or the constructor of the processor it names'}.`,
      details: { at: told.at },
    });
  }
}

export interface RealtimeService {
  runInference(inputs: Record<string, unknown>, parameters: Record<string, unknown>): unknown;
}

/** Makes the realtime service. @throws Failure `no-realtime` when the plugin has none. */
export function makeRealtime(plugin: Plugin, context: Context): RealtimeService {
  const Service = plugin.module.realtime?.['InferenceService'];
  if (typeof Service !== 'function') {
    throw new Failure({
      code: 'no-realtime',
      message: plugin.module.realtime === undefined ? 'The plugin has no realtime.ts.' : 'realtime.ts does not export a class InferenceService.',
      why: 'Queries are embedded by it.',
      next: 'Add realtime.ts with: export class InferenceService { async runInference(inputs, parameters) { return { embedding } } }',
    });
  }
  try {
    const service = new (Service as new (container: Context) => RealtimeService)(context);
    if (typeof service.runInference !== 'function') throw new TypeError('InferenceService has no method runInference(inputs, parameters)');
    return service;
  } catch (error) {
    const told = tell(error, plugin.root);
    throw new Failure({ code: 'no-realtime', message: `InferenceService cannot be made: ${told.name}: ${told.message}`, why: 'Queries are embedded by it.', next: `Mend ${told.at ?? 'realtime.ts'}.` });
  }
}

export function findAction(plugin: Plugin, name: string): ActionDefinition {
  const actions = Object.values(plugin.module.actions ?? {}).flatMap((module) => (module.default ? [module.default] : []));
  const action = actions.find((candidate) => candidate.name === name);
  if (action === undefined) {
    throw new Failure({ code: 'no-action', message: `The plugin has no action "${name}".`, why: 'There is nothing to call.', next: `It has: ${actions.map((a) => a.name).join(', ') || 'none'}.` });
  }
  return action;
}

