import { expect, test } from 'vitest';
import { lintFiles, manifest, realtimeTable } from './RT.helpers.js';

const answer = '{ return { embedding: [1] }; }';

realtimeTable('RT-CLASS', [
  { name: 'nothing', code: 'class InferenceService { runInference() {} }', lines: [null] },
  { name: 'another name', code: `export class Service { runInference() ${answer} }`, lines: [null] },
  { name: 'a default export', code: `export default class InferenceService { runInference() ${answer} }`, lines: [null] },
  { name: 'a type only', code: `class InferenceService { runInference() ${answer} }\nexport type { InferenceService };`, lines: [null] },
  { name: 'another method', code: `export class InferenceService { infer() ${answer} }`, lines: [1] },
  { name: 'a method under its Python name', code: `export class InferenceService {\n  runinference() ${answer}\n}`, lines: [2] },
  { name: 'no method at all', code: 'export class InferenceService {}', lines: [null] },
  { name: 'the method', code: `export class InferenceService { runInference() ${answer} }` },
  { name: 'a field with a function', code: `export class InferenceService { runInference = () => (${'{ embedding: [1] }'}); }` },
  { name: 'a field without a value', code: 'export class InferenceService { runInference; constructor(f) { this.runInference = f; } }' },
  { name: 'a class expression', code: `export const InferenceService = class { runInference() ${answer} };` },
  { name: 'exported under the name', code: `class Service { runInference() ${answer} }\nexport { Service as InferenceService };` },
  { name: 'a base class', code: `import { Base } from './base.ts';\nexport class InferenceService extends Base {}` },
  { name: 'from another file', code: `// class\nexport { InferenceService } from './service.ts';` },
  { name: 'everything of another file', code: `// class\nexport * from './service.ts';` },
  { name: 'made by a function', code: `// class\nexport const InferenceService = makeService();` },
]);

test('a plugin without a realtime service needs none', async () => {
  expect(await lintFiles({ 'manifest.ts': manifest(), 'pipeline.ts': '' })).toEqual([]);
});

test('a file of that name beside no manifest may be anything', async () => {
  expect(await lintFiles({ 'realtime.ts': 'export const now = 1;' })).toEqual([]);
});
