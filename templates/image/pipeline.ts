import { ResourceType, RowCondition, buildPipelineSteps, type Context, type ExtractorRequest } from 'plugsmith';
import type { ParametersOf } from 'plugsmith/manifest';
import manifest from './manifest.ts';
import { ImageEmbedder } from './processors/core.ts';

/** The steps that every batch goes through, in order. */
export function buildSteps(request: ExtractorRequest<ParametersOf<typeof manifest>>, _container: Context) {
  const { greyscale } = request.extractor_config.parameters;
  return {
    steps: buildPipelineSteps({
      name: manifest.feature_extractor_name,
      version: manifest.version,
      steps: [
        {
          serviceClass: ImageEmbedder,
          resourceType: ResourceType.CPU,
          condition: RowCondition.IS_IMAGE,
          config: { greyscale },
        },
      ],
    }),
  };
}
