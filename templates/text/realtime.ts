import type { Context } from 'plugsmith';
import manifest from './manifest.ts';
import { embed } from './processors/core.ts';

/** Embeds one text at query time, with the same model as the pipeline. */
export class InferenceService {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * @param inputs `{ text }`, or `{ texts: [text] }`
   * @param parameters as in the manifest; what is left out has its default
   */
  async runInference(inputs: Record<string, unknown>, parameters: Record<string, unknown>) {
    const text = inputs['text'] ?? (Array.isArray(inputs['texts']) ? inputs['texts'][0] : undefined);
    if (typeof text !== 'string') throw new Error('inputs.text must be a string, for example {"text": "hello"}');
    const { max_tokens } = manifest.parameter_schema.parse(parameters ?? {});
    const embedding = await embed(this.#context, [text], max_tokens);
    return { embedding: embedding.data };
  }
}
