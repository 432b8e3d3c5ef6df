import type { Batch, Context, Processor } from 'plugsmith';
import { TOKENS, hashTokens } from './tokens.js';

export class TokenEmbedder implements Processor {
  readonly #context: Context;

  constructor(_config: unknown, context: Context) {
    this.#context = context;
  }

  async process(batch: Batch): Promise<Batch> {
    const texts = batch.column<string>('data').toArray();
    const model = await this.#context.models.onnx('models/encoder.onnx');
    const { embedding } = await model.run({ tokens: { data: hashTokens(texts), dims: [texts.length, TOKENS] } });
    if (embedding === undefined) throw new Error('the model has no output "embedding"');
    return batch.withColumn('embedding', embedding);
  }
}
