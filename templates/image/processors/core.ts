import type { Batch, Context, ImageSource, Processor } from 'plugsmith';

export interface Config {
  greyscale: boolean;
}

/** Width and height that the model takes. */
const SIDE = 64;
/** Bytes of one picture: red, green and blue of each pixel. */
const BYTES = SIDE * SIDE * 3;

/**
 * Embeds many pictures: all are decoded and resized together, then go through the model in one call.
 *
 * @returns a tensor of `[pictures, 256]`, and the bytes that the model saw, `[pictures, 64, 64, 3]`
 */
export async function embed(context: Context, pictures: readonly (ImageSource | null)[], { greyscale }: Config) {
  const pixels = await context.images.decodeBatch(pictures, { width: SIDE, height: SIDE });
  if (greyscale) toGrey(pixels.data);
  // Loaded at the first call and kept for the life of the worker.
  const model = await context.models.onnx('models/encoder.onnx');
  const { embedding } = await model.run({ pixels });
  if (embedding === undefined) throw new Error(`encoder.onnx has no output "embedding"; it has: ${model.outputNames.join(', ')}`);
  return { embedding, pixels: pixels.data };
}

/** Takes the colours away, in place. */
function toGrey(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 3) {
    bytes.fill(0.299 * (bytes[i] ?? 0) + 0.587 * (bytes[i + 1] ?? 0) + 0.114 * (bytes[i + 2] ?? 0), i, i + 3);
  }
}

/** The average colour of a picture's bytes, as `#rrggbb`. */
export function meanColour(bytes: Uint8Array): string {
  const sums = [0, 0, 0];
  bytes.forEach((value, i) => (sums[i % 3] = (sums[i % 3] ?? 0) + value));
  return `#${sums.map((sum) => Math.round((sum * 3) / bytes.length).toString(16).padStart(2, '0')).join('')}`;
}

/** Writes `image_embedding` and `mean_colour`. A row whose picture cannot be read fails; the others do not. */
export class ImageEmbedder implements Processor {
  readonly #config: Config;
  readonly #context: Context;

  constructor(config: Config, context: Context) {
    this.#config = config;
    this.#context = context;
  }

  async process(batch: Batch): Promise<Batch> {
    const pictures = batch.column<string>('data').toArray();
    const { embedding, pixels } = await embed(this.#context, pictures, this.#config);
    return batch
      .withColumn('image_embedding', embedding)
      .withColumn('mean_colour', pictures.map((_, i) => meanColour(pixels.subarray(i * BYTES, (i + 1) * BYTES))));
  }
}
