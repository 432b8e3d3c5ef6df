import type { Batch, Context, Processor } from 'plugsmith';

export interface Config {
  maxTokens: number;
}

/** How many characters of a text its snippet shows. */
const SNIPPET_LENGTH = 80;

/**
 * Embeds many texts with one call of the tokenizer and one of the model.
 *
 * @returns a tensor of `[texts, 384]`; an empty text has a vector too
 */
export async function embed(context: Context, texts: readonly string[], maxTokens: number) {
  // Both are loaded at the first call and kept for the life of the worker.
  const tokenizer = await context.models.tokenizer('models/tokenizer.json');
  const model = await context.models.onnx('models/encoder.onnx');
  const { input_ids, attention_mask } = tokenizer.encodeBatch(texts, { maxLength: maxTokens });
  const { embedding } = await model.run({ input_ids, attention_mask });
  if (embedding === undefined) throw new Error(`encoder.onnx has no output "embedding"; it has: ${model.outputNames.join(', ')}`);
  return embedding;
}

export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

/** The text on one line, cut at the last space before the limit; without a space at the limit, but never within a character. */
export function snippetOf(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= SNIPPET_LENGTH) return line;
  const start = line.slice(0, SNIPPET_LENGTH);
  return `${start.replace(/\s\S*$|\p{Surrogate}$/u, '')}…`;
}

/** Writes `text_embedding`, `word_count` and `snippet`. A row without text counts as an empty text. */
export class TextEmbedder implements Processor {
  readonly #config: Config;
  readonly #context: Context;

  constructor(config: Config, context: Context) {
    this.#config = config;
    this.#context = context;
  }

  async process(batch: Batch): Promise<Batch> {
    const texts = batch.column<string>('data').toArray().map((text) => text ?? '');
    const embeddings = await embed(this.#context, texts, this.#config.maxTokens);
    return batch
      .withColumn('text_embedding', embeddings)
      .withColumn('word_count', texts.map(countWords))
      .withColumn('snippet', texts.map(snippetOf));
  }
}
