import assert from 'node:assert/strict';
import test from 'node:test';
import { createContext, runPipeline } from 'plugsmith/testing';
import manifest from '../manifest.ts';
import { buildSteps } from '../pipeline.ts';
import { meanColour } from '../processors/core.ts';
import { InferenceService } from '../realtime.ts';

type Output = { image_embedding: Float32Array; mean_colour: string };

const picture = (name: string): string => `samples/pictures/${name}`;

async function run(pictures: readonly string[], parameters: Record<string, unknown> = {}): Promise<Output[]> {
  const rows = pictures.map((data) => ({ data, mime_type: 'image/png' }));
  return (await runPipeline({ manifest, buildSteps }, rows, { parameters })) as unknown as Output[];
}

/** The cosine, since the vectors have length 1. */
function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
}

async function compare(name: string, similar: string, other: string, parameters: Record<string, unknown> = {}): Promise<void> {
  const [a, b, c] = (await run([name, similar, other].map(picture), parameters)).map((row) => row.image_embedding);
  assert.ok(a && b && c);
  assert.ok(similarity(a, b) > similarity(a, c) + 0.02, `${similarity(a, b)} against ${similarity(a, c)}`);
}

// A picture, one like it in colour or in shape, and one like it in neither.
const triples = [
  ['red-circle.png', 'red-ring.png', 'blue-stripes.jpg'],
  ['red-star.jpg', 'red-triangle.png', 'green-stripes.jpg'],
  ['blue-square.jpg', 'blue-circle.png', 'yellow-star.jpg'],
  ['green-stripes.jpg', 'yellow-stripes.jpg', 'red-star.jpg'],
  ['yellow-star.jpg', 'blue-star.jpg', 'green-stripes.jpg'],
] as const;

for (const [name, similar, other] of triples) {
  test(`${name} is closer to ${similar} than to ${other}`, () => compare(name, similar, other));
}

test('without colours only the shape counts', async () => {
  await compare('red-stripes.jpg', 'blue-stripes.jpg', 'red-circle.png', { greyscale: true });
});

test('every picture gets a vector of length 1 and a colour', async () => {
  for (const { image_embedding, mean_colour } of await run(['red-circle.png', 'green-ring.png', 'blue-star.jpg'].map(picture))) {
    assert.equal(image_embedding.length, 256);
    assert.ok(Math.abs(similarity(image_embedding, image_embedding) - 1) < 1e-5);
    assert.match(mean_colour, /^#[0-9a-f]{6}$/u);
  }
});

test('the mean colour is the mean of the pixels', () => {
  assert.equal(meanColour(Uint8Array.of(255, 0, 0, 0, 0, 255)), '#800080');
});

test('what is no picture is named', async () => {
  await assert.rejects(run(['manifest.ts']), /manifest\.ts cannot be decoded as a picture/u);
});

test('the realtime service gives the vector that the pipeline gives', async () => {
  const service = new InferenceService(createContext());
  const [row] = await run(['samples/query.png']);
  const { embedding } = await service.runInference({ image: 'samples/query.png' }, {});
  assert.ok(row);
  assert.ok(similarity(embedding, row.image_embedding) > 0.99999);
  await assert.rejects(service.runInference({ text: 'a star' }, {}), /inputs\.image must be/u);
});

test('the realtime service takes a file in base64', async () => {
  const red = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAAA1BMVEXZKyv/7jdMAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWNgoA4AAABIAAF7pRHIAAAAAElFTkSuQmCC';
  const service = new InferenceService(createContext());
  const { embedding } = await service.runInference({ image: red }, {});
  const [circle, stripes] = await run(['red-circle.png', 'blue-stripes.jpg'].map(picture));
  assert.ok(circle && stripes);
  assert.ok(similarity(embedding, circle.image_embedding) > similarity(embedding, stripes.image_embedding));
});
