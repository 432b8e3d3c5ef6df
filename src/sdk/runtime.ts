/** The worker's door to the SDK: what plugin code must not see. */
export { hooks, type ModelsHook, type Recorder, type RuntimeHooks } from './hooks.js';
export { StepContractError, callInSlices, changedColumns, matchingRows, mergeRows, type Outcome } from './execute.js';
export { toPipelineStep } from './pipeline.js';
