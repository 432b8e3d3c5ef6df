import { ResourceType, buildPipelineSteps, type ExtractorRequest } from 'plugsmith';
import manifest from './manifest.ts';
import { Counter } from './processors/core.ts';

/** The steps that every batch goes through, in order. */
export function buildSteps(_request: ExtractorRequest) {
  return {
    steps: buildPipelineSteps({
      name: manifest.feature_extractor_name,
      version: manifest.version,
      steps: [{ serviceClass: Counter, resourceType: ResourceType.CPU }],
    }),
  };
}
