import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadNative } from '../../src/native/index.js';

const SIZE = 64;
const DIM = 256;
const template = fileURLToPath(new URL('../../templates/image/', import.meta.url));
const load = <T>(script: string): Promise<T> => import(new URL(`../../scripts/${script}`, import.meta.url).href) as Promise<T>;
const { COLOUR_NAMES, SHAPE_NAMES, drawing } = await load<{ COLOUR_NAMES: string[]; SHAPE_NAMES: string[]; drawing(wanted: object): string }>('lib/image-pictures.mjs');
const { buildImageTemplate } = await load<{ buildImageTemplate(folder: string): Promise<{ bytes: number; pictures: number }> }>('build-image-model.mjs');

let session: InferenceSession;
let made: string;
beforeAll(async () => {
  session = await loadNative('onnxruntime-node').InferenceSession.create(join(template, 'models/encoder.onnx'));
  made = await mkdtemp(join(tmpdir(), 'plugsmith-image-'));
  await buildImageTemplate(made);
});
afterAll(() => rm(made, { recursive: true }));

const pixels = (picture: string | Buffer): Promise<Buffer> => loadNative('sharp')(picture).flatten({ background: '#fff' }).resize(SIZE, SIZE, { fit: 'cover' }).raw().toBuffer();

async function embed(pictures: readonly (string | Buffer)[]): Promise<Float32Array[]> {
  const { Tensor } = loadNative('onnxruntime-node');
  const bytes = Buffer.concat(await Promise.all(pictures.map(pixels)));
  const { embedding } = await session.run({ pixels: new Tensor('uint8', new Uint8Array(bytes), [pictures.length, SIZE, SIZE, 3]) });
  const data = embedding?.data as Float32Array;
  return pictures.map((_, row) => data.slice(row * DIM, (row + 1) * DIM));
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe('the script writes what is checked in', () => {
  test('the model, byte for byte, smaller than 1 MiB', async () => {
    const [now, then] = await Promise.all([made, template].map((folder) => readFile(join(folder, 'models/encoder.onnx'))));
    expect(now?.equals(then as Buffer), 'run node scripts/build-image-model.mjs').toBe(true);
    expect(now?.length).toBeLessThan(2 ** 20);
  });

  test('the same pictures, a few kB each, and the rows that name them', async () => {
    const names = (folder: string): Promise<string[]> => readdir(join(folder, 'samples'), { recursive: true }).then((all) => all.sort());
    expect(await names(made)).toEqual(await names(template));
    expect(await readFile(join(made, 'samples/pictures.jsonl'), 'utf8')).toBe(await readFile(join(template, 'samples/pictures.jsonl'), 'utf8'));
    for (const name of (await names(template)).filter((one) => /\.(png|jpg)$/.test(one))) {
      const [now, then] = await Promise.all([made, template].map((folder) => pixels(join(folder, 'samples', name))));
      // Another libjpeg may round otherwise.
      const worst = (now as Buffer).reduce((most, value, i) => Math.max(most, Math.abs(value - ((then as Buffer)[i] as number))), 0);
      expect(worst, name).toBeLessThanOrEqual(name.endsWith('.png') ? 0 : 4);
      expect((await readFile(join(template, 'samples', name))).length, name).toBeLessThan(4096);
    }
  });
});

describe('a picture with another ground, place, size and turn', () => {
  const wanted = COLOUR_NAMES.flatMap((colour) => SHAPE_NAMES.map((shape) => ({ colour, shape })));

  test('has pictures of its colour or its shape nearest, and mostly its like', async () => {
    const rows = await embed(wanted.map((one, look) => Buffer.from(drawing({ ...one, look }))));
    let exact = 0;
    for (const look of [30, 33]) {
      const queries = await embed(wanted.map((one) => Buffer.from(drawing({ ...one, look }))));
      for (const [q, query] of queries.entries()) {
        const ranked = rows.map((row, i) => ({ ...(wanted[i] as object as { colour: string; shape: string }), i, score: cosine(query, row) })).sort((a, b) => b.score - a.score);
        const { colour, shape } = wanted[q] as { colour: string; shape: string };
        for (const near of ranked.slice(0, 2)) expect(near.colour === colour || near.shape === shape, `${colour} ${shape} found ${near.colour} ${near.shape}`).toBe(true);
        if (ranked[0]?.i === q) exact += 1;
      }
    }
    expect(exact / (2 * wanted.length)).toBeGreaterThan(0.7);
  });
});

test('a picture without edges or colours has a vector of length 1, whatever else is in its batch', async () => {
  const flat = (background: string): Promise<Buffer> => loadNative('sharp')({ create: { width: 9, height: 9, channels: 3, background } }).png().toBuffer();
  const [black, white, star] = await embed([await flat('#000'), await flat('#fff'), Buffer.from(drawing({ colour: 'red', shape: 'star', look: 1 }))]);
  for (const vector of [black, white, star]) expect(cosine(vector as Float32Array, vector as Float32Array)).toBeCloseTo(1, 5);
  const [alone] = await embed([await flat('#000')]);
  expect(cosine(alone as Float32Array, black as Float32Array)).toBeCloseTo(1, 6);
  expect(cosine(black as Float32Array, white as Float32Array)).toBeLessThan(0.2);
});
