/**
 * What a user would write instead of the template `image`: one process, one loop, sharp and onnxruntime.
 *
 *   node image.mjs FOLDER INPUT OUTPUT THREADS [one | together]
 *
 * FOLDER holds `models/`, INPUT is JSON Lines with paths in `image`. `one` decodes the pictures of a batch one after the
 * other; `together` all at once, which takes somebody who knows that sharp has threads of its own. Output is an Arrow stream.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
import { join } from 'node:path';
import sharp from 'sharp';
import { batches } from './read.mjs';
import { makeWriter } from './write-arrow.mjs';

const SIDE = 64;
const BYTES = SIDE * SIDE * 3;

const { default: ort } = await import('onnxruntime-node');
const [folder, input, output, threads, how = 'one'] = process.argv.slice(2);
const session = await ort.InferenceSession.create(join(folder, 'models/encoder.onnx'), { intraOpNumThreads: Number(threads), extra: { session: { intra_op: { allow_spinning: '0' } } } });
const decode = (path) => sharp(path).rotate().resize(SIDE, SIDE, { fit: 'cover' }).flatten({ background: '#fff' }).toColourspace('srgb').raw().toBuffer();

const writer = await makeWriter(output);
for await (const rows of batches(input, 64)) {
  const pictures = [];
  if (how === 'together') pictures.push(...(await Promise.all(rows.map((row) => decode(row.image)))));
  else for (const row of rows) pictures.push(await decode(row.image));
  const pixels = new Uint8Array(rows.length * BYTES);
  pictures.forEach((picture, i) => pixels.set(picture, i * BYTES));
  const { embedding } = await session.run({ pixels: new ort.Tensor('uint8', pixels, [rows.length, SIDE, SIDE, 3]) });
  await writer.write(rows.map(({ id, image }) => ({ id, text: image })), { vectors: embedding.data, dim: embedding.dims[1], columns: { mean_colour: pictures.map(meanColour) } });
}
await writer.end();

function meanColour(bytes) {
  const sums = [0, 0, 0];
  for (let i = 0; i < bytes.length; i++) sums[i % 3] += bytes[i];
  return `#${sums.map((sum) => Math.round((sum * 3) / bytes.length).toString(16).padStart(2, '0')).join('')}`;
}
