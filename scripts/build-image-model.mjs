/**
 * Writes what the template `image` comes with: `models/encoder.onnx`, the sample pictures, and the rows that name them.
 *
 *   node scripts/build-image-model.mjs [FOLDER]      (templates/image unless told)
 *
 * The model has the same bytes on every machine. The pictures are drawn by sharp; a test compares their pixels.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { imageGraph } from './lib/image-graph.mjs';
import { COLOUR_NAMES, drawing, SHAPE_NAMES } from './lib/image-pictures.mjs';
import { loadTs } from './lib/load-ts.mjs';

/** A picture that is not among the rows, to search with: a red star, other than the red star of the rows. */
const QUERY = { shape: 'star', colour: 'red', look: 13 };

const encoders = {
  png: (svg) => sharp(Buffer.from(svg)).png({ palette: true, colours: 64, compressionLevel: 9, effort: 10 }).toBuffer(),
  jpg: (svg) => sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer(),
};

/**
 * @param {string} folder of the template
 * @returns {Promise<{ bytes: number, pictures: number }>} size of the model, number of rows
 */
export async function buildImageTemplate(folder) {
  const { onnxModel } = await loadTs(new URL('../src/search/onnx-model.ts', import.meta.url));
  const model = onnxModel(imageGraph());
  await mkdir(join(folder, 'models'), { recursive: true });
  await writeFile(join(folder, 'models/encoder.onnx'), model);
  await rm(join(folder, 'samples'), { recursive: true, force: true });
  await mkdir(join(folder, 'samples/pictures'), { recursive: true });
  const rows = [];
  for (const [i, colour] of COLOUR_NAMES.entries()) {
    for (const [k, shape] of SHAPE_NAMES.entries()) {
      const look = i * SHAPE_NAMES.length + k;
      const format = look % 2 === 0 ? 'png' : 'jpg';
      const image = `pictures/${colour}-${shape}.${format}`;
      await writeFile(join(folder, 'samples', image), await encoders[format](drawing({ shape, colour, look })));
      rows.push({ image, title: `${colour[0].toUpperCase()}${colour.slice(1)} ${shape}` });
    }
  }
  await writeFile(join(folder, 'samples/query.png'), await encoders.png(drawing(QUERY)));
  await writeFile(join(folder, 'samples/pictures.jsonl'), `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  return { bytes: model.byteLength, pictures: rows.length };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../templates/image', import.meta.url));
  const { bytes, pictures } = await buildImageTemplate(folder);
  process.stdout.write(`Wrote encoder.onnx (${bytes} bytes) and ${pictures} pictures to ${folder}\n`);
}
