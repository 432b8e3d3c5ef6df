import { ResourceType, buildPipelineSteps, type Context, type ExtractorRequest } from 'plugsmith';
import manifest from './manifest.ts';
import { TokenEmbedder } from './processors/core.ts';

export function buildSteps(_request: ExtractorRequest, _container: Context) {
  return {
    steps: buildPipelineSteps({
      name: manifest.feature_extractor_name,
      version: manifest.version,
      steps: [{ serviceClass: TokenEmbedder, resourceType: ResourceType.CPU }],
    }),
  };
}
