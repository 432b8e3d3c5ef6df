/** What the advice of a report calls things, in the plugin's own language. Pure. */
export type Language = 'typescript' | 'python';

export interface Words {
  parallel: string;
  concurrent: string;
  buildSteps: string;
  encodeBatch: string;
  /** How a processor writes a column. */
  write(column: string): string;
}

export const words: Readonly<Record<Language, Words>> = {
  typescript: { parallel: 'parallelIo', concurrent: 'concurrentApiCalls', buildSteps: 'buildSteps', encodeBatch: 'tokenizer.encodeBatch(texts)', write: (column) => `batch.withColumn('${column}', vectors).` },
  python: { parallel: 'parallel_io', concurrent: 'concurrent_api_calls', buildSteps: 'build_steps', encodeBatch: 'tokenizer(texts), or tokenizer.encode_batch(texts)', write: (column) => `batch["${column}"] = vectors` },
};
