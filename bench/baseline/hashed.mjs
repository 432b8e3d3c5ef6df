/** The plugins `matrix` and `mlp` as a function: hash, one call of the model. */
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { DIM, hashTexts } from '../plugins/hashed/processors/hash.js';

export async function makeEmbedder(folder, threads) {
  const session = await ort.InferenceSession.create(join(folder, 'models/encoder.onnx'), { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } });
  return async (texts) => {
    const { embedding } = await session.run({ input: new ort.Tensor('float32', hashTexts(texts), [texts.length, DIM]) });
    return { vectors: embedding.data, dim: DIM };
  };
}
