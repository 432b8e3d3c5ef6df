/** Checks parameters against a schema on the wire (JSON Schema), so that no zod object is needed. */
import { Failure } from '../errors/index.js';
import type { PluginManifest } from './schema.js';
import { checkValue } from './validate.js';

/** The defaults that the parameter schema names, by parameter. */
export function parameterDefaults(manifest: Pick<PluginManifest, 'parameter_schema'>): Record<string, unknown> {
  return checkValue({ ...manifest.parameter_schema, required: [] }, {}).value as Record<string, unknown>;
}

/**
 * The parameters as the plugin gets them: checked, defaults applied. A manifest without `parameter_schema` takes none.
 * @throws Failure `parameters-invalid` naming every wrong parameter; `details.problems` is `{path, message, next}[]`.
 */
export function parseParameters(
  manifest: Pick<PluginManifest, 'parameter_schema' | 'feature_extractor_name'>,
  given: unknown,
): Record<string, unknown> {
  const schema = manifest.parameter_schema ?? { type: 'object', properties: {} };
  const { value, problems } = checkValue(schema, given ?? {});
  if (problems.length === 0) return value as Record<string, unknown>;
  const [first] = problems;
  const single = problems.length === 1 ? first : undefined;
  const lines = problems.map(({ message, next }) => `  ${message} ${next}`);
  throw new Failure({
    code: 'parameters-invalid',
    message: single
      ? `A parameter of ${manifest.feature_extractor_name} is wrong: ${single.message}`
      : `${problems.length} parameters of ${manifest.feature_extractor_name} are wrong:\n${lines.join('\n')}`,
    why: 'The plugin would run with values that its parameter_schema rules out.',
    next: single?.next ?? 'Correct them as said beside each.',
    details: { problems },
  });
}
