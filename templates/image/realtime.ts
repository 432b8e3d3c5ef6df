import type { Context } from 'plugsmith';
import manifest from './manifest.ts';
import { embed } from './processors/core.ts';

/** Embeds one picture at query time, with the same model as the pipeline. */
export class InferenceService {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * @param inputs `{ image }`: an address, a path, a `data:` URL, or the file in base64
   * @param parameters as in the manifest; what is left out has its default
   */
  async runInference(inputs: Record<string, unknown>, parameters: Record<string, unknown>) {
    const { image } = inputs;
    if (typeof image !== 'string') throw new Error('inputs.image must be an address, a path or base64, for example {"image": "samples/query.png"}');
    const config = manifest.parameter_schema.parse(parameters ?? {});
    const { embedding } = await embed(this.#context, [isBase64(image) ? `data:;base64,${image}` : image], config);
    return { embedding: embedding.data };
  }
}

/** No path is so long without a dot; no picture in base64 is so short. */
function isBase64(text: string): boolean {
  return text.length > 80 && /^[A-Za-z0-9+/\s]+={0,2}\s*$/u.test(text);
}
