import type { Batch, Processor } from 'plugsmith';

/** Writes `characters`: how long each text is. A row without text counts as an empty text. */
export class Counter implements Processor {
  process(batch: Batch): Batch {
    const texts = batch.column<string>('data').toArray().map((text) => text ?? '');
    return batch.withColumn('characters', texts.map((text) => [...text].length));
  }
}
