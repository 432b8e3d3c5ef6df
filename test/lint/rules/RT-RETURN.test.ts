import { realtimeTable } from './RT.helpers.js';

realtimeTable('RT-RETURN', [
  { name: 'a list', code: 'return [1, 2];', lines: [3] },
  { name: 'a list in a variable', code: 'const vector = [1, 2];\nreturn vector;', lines: [4] },
  { name: 'a text', code: `return 'x';`, lines: [3] },
  { name: 'a number', code: 'return 3;', lines: [3] },
  { name: 'a truth value', code: 'return true;', lines: [3] },
  { name: 'nothing, early', code: `if (!inputs.text) return;\nreturn { embedding: [1] };`, lines: [3] },
  { name: 'a function', code: 'return () => ({ embedding: [1] });', lines: [3] },
  { name: 'one way out of two', code: `if (!inputs.text) return [];\nreturn { embedding: [1] };`, lines: [3] },
  { name: 'an arrow function as a field', code: 'export class InferenceService {\n  runInference = async () => [1];\n}', lines: [2] },
  { name: 'an object', code: 'return { embedding: [1] };' },
  { name: 'an object in a variable', code: 'const answer = { embedding: [1] };\nreturn answer;' },
  { name: 'the result of a call', code: 'return this.embed(inputs.text);' },
  { name: 'a list inside of a function', code: 'const vectors = inputs.texts.map((text) => { return [text.length]; });\nreturn { embedding: vectors[0] };' },
  { name: 'a variable that is set later', code: 'let answer = [];\nanswer = { embedding: [1] };\nreturn answer;' },
  { name: 'a method that only throws', code: `throw new Error('not yet');` },
  { name: 'another class', code: 'class Helper { vectors() { return [1]; } }\nexport class InferenceService { runInference() { return { embedding: new Helper().vectors() }; } }' },
]);
