import type { Batch, Context, Processor } from 'plugsmith';
import { DIM, hashTexts } from './hash.js';

export class HashEmbedder implements Processor {
  readonly #context: Context;

  constructor(_config: unknown, context: Context) {
    this.#context = context;
  }

  async process(batch: Batch): Promise<Batch> {
    const texts = batch.column<string>('data').toArray();
    const model = await this.#context.models.onnx('models/encoder.onnx');
    const { embedding } = await model.run({ input: { data: hashTexts(texts), dims: [texts.length, DIM] } });
    if (embedding === undefined) throw new Error('the model has no output "embedding"');
    return batch.withColumn('embedding', embedding);
  }
}
