/** The template `text` as a function: one call of the tokenizer, one of the model, two plain columns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import ort from 'onnxruntime-node';

const MAX_TOKENS = 128;
const SNIPPET_LENGTH = 80;

export async function makeEmbedder(folder, threads) {
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(folder, 'models/tokenizer.json'), 'utf8')), {});
  const session = await ort.InferenceSession.create(join(folder, 'models/encoder.onnx'), { intraOpNumThreads: threads, extra: { session: { intra_op: { allow_spinning: '0' } } } });
  return async (texts) => {
    const ids = texts.map((text) => tokenizer.encode(text).ids.slice(0, MAX_TOKENS));
    const longest = Math.max(...ids.map((list) => list.length));
    const tokens = new BigInt64Array(ids.length * longest);
    const mask = new BigInt64Array(ids.length * longest);
    ids.forEach((list, row) => {
      for (let k = 0; k < list.length; k++) {
        tokens[row * longest + k] = BigInt(list[k]);
        mask[row * longest + k] = 1n;
      }
    });
    const dims = [ids.length, longest];
    const { embedding } = await session.run({ input_ids: new ort.Tensor('int64', tokens, dims), attention_mask: new ort.Tensor('int64', mask, dims) });
    return { vectors: embedding.data, dim: embedding.dims[1], columns: { word_count: texts.map((text) => text.match(/\S+/gu)?.length ?? 0), snippet: texts.map(snippet) } };
  };
}

function snippet(text) {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= SNIPPET_LENGTH ? line : `${line.slice(0, SNIPPET_LENGTH).replace(/\s\S*$/u, '')}…`;
}
