/** The plugin `transformer` as a function: words to token ids, one call of the model. */
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { TOKENS, hashTokens } from '../plugins/tokens/processors/tokens.js';

export async function makeEmbedder(folder, threads) {
  const session = await ort.InferenceSession.create(join(folder, 'models/encoder.onnx'), { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } });
  return async (texts) => {
    const { embedding } = await session.run({ tokens: new ort.Tensor('int64', hashTokens(texts), [texts.length, TOKENS]) });
    return { vectors: embedding.data, dim: embedding.dims[1] };
  };
}
