import { manifest, realtimeTable, twoFeatures } from './RT.helpers.js';

const cases: [name: string, code: string, lines?: number[]][] = [
  ['embedding alone', 'return { embedding: [1] };', [3]],
  ['the first alone', 'return { text_embedding: [1] };', [3]],
  ['the second alone', 'return { image_embedding: [1] };', [3]],
  ['the second alone, in a variable', 'const answer = { image_embedding: [1], took: 3 };\nreturn answer;', [4]],
  ['two answers with the same one', 'if (inputs.text) return { text_embedding: [1] };\nreturn { text_embedding: [0] };', [3]],
  ['both', 'return { text_embedding: [1], image_embedding: [2] };'],
  ['embedding for the first', 'return { embedding: [1], image_embedding: [2] };'],
  ['one at a time', 'if (inputs.image) return { image_embedding: [1] };\nreturn { text_embedding: [1] };'],
  ['a spread', 'return { text_embedding: [1], ...this.look(inputs.image) };'],
  ['a computed key', 'return { [parameters.vector_index]: [1] };'],
  ['one answer that is a call', 'if (inputs.image) return this.look(inputs.image);\nreturn { text_embedding: [1] };'],
  ['a key added later', 'const answer = { text_embedding: [1] };\nif (inputs.image) answer.image_embedding = [2];\nreturn answer;'],
];

realtimeTable('RT-VECTORS', [
  ...cases.map(([name, code, lines]) => ({ name, code, manifest: twoFeatures, ...(lines ? { lines } : {}) })),
  { name: 'one feature', code: 'return { embedding: [1] };' },
  { name: 'features that cannot be read', code: 'return { embedding: [1] };', manifest: manifest({ features: 'features()' }) },
], [
  { name: 'one of two', features: ['text_embedding', 'image_embedding'], code: 'return {"embedding": [1]}', lines: [3] },
  { name: 'the other one of two', features: ['text_embedding', 'image_embedding'], code: 'return {"image_embedding": [1]}', lines: [3] },
  { name: 'both', features: ['text_embedding', 'image_embedding'], code: 'return {"embedding": [1], "image_embedding": [1]}' },
  { name: 'one at a time', features: ['text_embedding', 'image_embedding'], code: 'if inputs.get("image"):\n    return {"image_embedding": [1]}\nreturn {"text_embedding": [1]}' },
  { name: 'a single feature', code: 'return {"embedding": [1]}' },
]);
