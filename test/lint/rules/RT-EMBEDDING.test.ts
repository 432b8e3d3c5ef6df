import { manifest, realtimeTable } from './RT.helpers.js';

realtimeTable('RT-EMBEDDING', [
  { name: 'embeddings', code: 'return { embeddings: [[1]] };', lines: [3] },
  { name: 'a key of its own', code: 'return { vector: [1] };', lines: [3] },
  { name: 'an empty object', code: 'return {};', lines: [3] },
  { name: 'in a variable', code: 'const answer = { embeddings: [[1]] };\nreturn answer;', lines: [4] },
  { name: 'one way out of two', code: `if (inputs.text) return { embedding: [1] };\nreturn { vector: [1] };`, lines: [4] },
  { name: 'an error as an answer', code: `if (!inputs.text) return { error: 'no text' };\nreturn { embedding: [1] };`, lines: [3] },
  { name: 'embedding', code: 'return { embedding: [1] };' },
  { name: 'the name of the feature', code: 'return { my_embedding: [1] };' },
  { name: 'a key in quotes', code: `return { 'embedding': [1] };` },
  { name: 'further keys', code: 'return { embedding: [1], model: "x" };' },
  { name: 'a spread', code: 'return { ...this.embed(inputs.text), model: "x" };' },
  { name: 'a computed key', code: 'return { [parameters.name]: [1] };' },
  { name: 'a key added later', code: 'const answer = { model: "x" };\nanswer.embedding = [1];\nreturn answer;' },
  { name: 'an object handed to a function', code: 'const answer = { model: "x" };\nfill(answer);\nreturn answer;' },
  { name: 'a call', code: 'return this.embed(inputs.text);' },
  { name: 'no features', code: 'return { answer: 42 };', manifest: manifest({ features: null, output_schema: 'z.object({ answer: z.number() })' }) },
  { name: 'features that cannot be read', code: 'return { vector: [1] };', manifest: manifest({ features: 'features()' }) },
]);
