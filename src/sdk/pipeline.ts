/** Steps and pipelines: what `buildSteps` returns. */
import type { Batch } from './batch.js';
import type { Context } from './context.js';

/** What the work of a step waits for: the processor, the graphics card, or answers of other services. */
export const ResourceType = { CPU: 'cpu', GPU: 'gpu', API: 'api' } as const;
export type ResourceType = (typeof ResourceType)[keyof typeof ResourceType];

/** Which rows a step sees, by their MIME type. */
export const RowCondition = {
  ALWAYS: 'always',
  IS_TEXT: 'is_text',
  IS_IMAGE: 'is_image',
  IS_VIDEO: 'is_video',
  IS_AUDIO: 'is_audio',
  IS_PDF: 'is_pdf',
  IS_VISUAL: 'is_visual',
  IS_VIDEO_OR_AUDIO: 'is_video_or_audio',
} as const;
export type RowCondition = (typeof RowCondition)[keyof typeof RowCondition];

const MATCHES: Record<RowCondition, (mime: string) => boolean> = {
  always: () => true,
  is_text: (mime) => mime.startsWith('text/'),
  is_image: (mime) => mime.startsWith('image/'),
  is_video: (mime) => mime.startsWith('video/'),
  is_audio: (mime) => mime.startsWith('audio/'),
  is_pdf: (mime) => mime === 'application/pdf',
  is_visual: (mime) => mime.startsWith('image/') || mime.startsWith('video/'),
  is_video_or_audio: (mime) => mime.startsWith('video/') || mime.startsWith('audio/'),
};

/** Whether a row of this MIME type meets the condition. */
export function meets(condition: RowCondition, mime: string | null): boolean {
  return MATCHES[condition](mime ?? '');
}

/** A class whose `process` returns the same rows with more or changed columns. Constructed with `(config, context)`. */
export interface Processor {
  process(batch: Batch): Batch | Promise<Batch>;
}

/** A step that needs neither configuration nor context: a function in place of a class. */
export type ProcessFunction = (batch: Batch) => Batch | Promise<Batch>;

/** What a step is made of. */
export interface StepFields<Config = unknown> {
  /** Shown in reports; the class name unless told. */
  name?: string;
  /** The processor's class itself, not its name or an instance. */
  serviceClass: new (config: Config, context: Context) => Processor;
  resourceType: ResourceType;
  /** Given to the class as it is. */
  config?: Config;
  /** `RowCondition.ALWAYS` unless told. */
  condition?: RowCondition;
  /** A disabled step is left out of the pipeline. */
  enabled?: boolean;
  /** Rows per call of this step; the plugin's batch size unless told, and never more than it. */
  batchSize?: number;
}

/** A step as a plain object or, for those who like it so, `new StepDefinition({...})`; both mean the same. */
export interface StepDefinition<Config = unknown> extends StepFields<Config> {}
export class StepDefinition<Config = unknown> {
  constructor(fields: StepFields<Config>) {
    Object.assign(this, fields);
  }
}

/** A step of any configuration. Each has a type of its own, so a list of them can only be typed by any. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyStep = StepFields<any>;

/** What a pipeline is made of: its steps, in the order in which they run. */
export interface PipelineFields {
  name: string;
  version: string;
  steps: readonly AnyStep[];
}

/** A pipeline as a plain object or `new PipelineDefinition({...})`. */
export interface PipelineDefinition extends PipelineFields {}
export class PipelineDefinition {
  constructor(fields: PipelineFields) {
    Object.assign(this, fields);
  }
}

/** A step that is ready to run: every default is filled in. */
export interface PipelineStep {
  name: string;
  resourceType: ResourceType;
  condition: RowCondition;
  /** Rows in one call; null for as many as the batch has. */
  batchSize: number | null;
  /** Makes the processor; once per worker. */
  create(context: Context): Processor;
}

/** What `buildSteps` returns. */
export interface BuiltPipeline {
  steps: readonly (PipelineStep | Processor | ProcessFunction | AnyStep)[];
}

/**
 * Drops disabled steps and makes the others ready to run.
 * @throws TypeError naming the step that has no class, or an unknown condition or resource type.
 */
export function buildPipelineSteps(pipeline: PipelineFields): PipelineStep[] {
  return pipeline.steps.filter((step) => step.enabled !== false).map((step, index) => fromDefinition(step, index));
}

/** Anything `buildSteps` may put into `steps`, as a step. @throws TypeError for anything else. */
export function toPipelineStep(step: BuiltPipeline['steps'][number], index: number): PipelineStep {
  if (typeof step === 'object' && step !== null) {
    if ('create' in step) return step;
    if ('serviceClass' in step) return fromDefinition(step, index);
    if ('process' in step && typeof step.process === 'function') return ready(step.constructor.name, () => step);
  }
  if (typeof step === 'function') {
    if (typeof (step.prototype as Partial<Processor> | undefined)?.process === 'function') {
      throw new TypeError(`step ${index + 1} is the class ${step.name} itself; wrap it: { serviceClass: ${step.name}, resourceType: ResourceType.CPU }`);
    }
    return ready(step.name || `step_${index + 1}`, () => ({ process: step }));
  }
  throw new TypeError(`step ${index + 1} is ${step === null ? 'null' : `a ${typeof step}`}; a step is a StepDefinition, a processor with process(batch), or a function of a batch`);
}

function ready(name: string, create: () => Processor): PipelineStep {
  return { name, resourceType: ResourceType.CPU, condition: RowCondition.ALWAYS, batchSize: null, create };
}

function fromDefinition(step: AnyStep, index: number): PipelineStep {
  const name = step.name ?? (typeof step.serviceClass === 'function' ? step.serviceClass.name : `step_${index + 1}`);
  const problem = (what: string): never => {
    throw new TypeError(`step ${index + 1} (${name}): ${what}`);
  };
  if (typeof step.serviceClass !== 'function') problem('serviceClass is not a class; give the processor class itself, not its name or an instance');
  if (typeof (step.serviceClass.prototype as Partial<Processor> | undefined)?.process !== 'function') problem('the class has no method process(batch)');
  const condition = step.condition ?? RowCondition.ALWAYS;
  if (!Object.hasOwn(MATCHES, condition)) problem(`condition "${String(condition)}" is not one of ${Object.keys(RowCondition).join(', ')}`);
  if (!Object.values(ResourceType).includes(step.resourceType)) problem(`resourceType "${String(step.resourceType)}" is not one of ${Object.keys(ResourceType).join(', ')}`);
  if (step.batchSize !== undefined && !(Number.isInteger(step.batchSize) && step.batchSize > 0)) problem(`batchSize ${step.batchSize} is not a whole number above 0`);
  return {
    name,
    resourceType: step.resourceType,
    condition,
    batchSize: step.batchSize ?? null,
    create: (context) => new step.serviceClass(step.config as never, context),
  };
}
