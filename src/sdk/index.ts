/** What plugin code imports as `plugsmith`. Imports nothing else of ours. */
export { Batch, MissingColumnError, type Exploded, type Row } from './batch.js';
export { Column, type ColumnInput, type ColumnType, type ColumnValues } from './column.js';
export type {
  Assets, Context, DecodedImage, Encoded, ExtractorRequest, HubFile, ImageSource, Images, Llm, LlmRequest, LlmResponse, Logger, Models, OnnxModel, Secrets, Tensor, Tokenizer, TypedArray,
} from './context.js';
export {
  PipelineDefinition, ResourceType, RowCondition, StepDefinition, buildPipelineSteps,
  type BuiltPipeline, type PipelineFields, type PipelineStep, type ProcessFunction, type Processor, type StepFields,
} from './pipeline.js';
export { concurrentApiCalls, parallelIo } from './helpers.js';
export { downloadAsset, openAsset, readAsset } from './assets.js';
export { loadHfModel, loadNamespaceModel, type HfModel, type HfModelOptions } from './models.js';
export { LazyModel } from './lazy.js';
export { defineAction, type ActionDefinition } from './action.js';
