import { expect, test } from 'vitest';
import { lintFiles, manifest, realtimeTable } from './RT.helpers.js';

const answer = '{ return { embedding: [1] }; }';

realtimeTable('RT-CLASS', [
  { name: 'nothing', code: 'class InferenceService { runInference() {} }', lines: [null] },
  { name: 'another name', code: `export class Service { runInference() ${answer} }`, lines: [null] },
  { name: 'a default export', code: `export default class InferenceService { runInference() ${answer} }`, lines: [null] },
  { name: 'a type only', code: `class InferenceService { runInference() ${answer} }\nexport type { InferenceService };`, lines: [null] },
  { name: 'another method', code: `export class InferenceService { infer() ${answer} }`, lines: [1] },
  { name: 'a method with the name it has in Python', code: `export class InferenceService { run_inference() ${answer} }`, lines: [1] },
  { name: 'a method in other letters', code: `export class InferenceService {\n  runinference() ${answer}\n}`, lines: [2] },
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
], [
  { name: 'nothing', code: 'x = "class"', lines: [null] },
  { name: 'another name', code: 'class Service:\n    def run_inference(self, inputs, parameters):\n        return {"embedding": [1]}', lines: [null] },
  { name: 'another method', code: 'class InferenceService:\n    def infer(self, inputs, parameters):\n        return {"embedding": [1]}', lines: [2] },
  { name: 'no method but that of the base', code: 'class InferenceService(BaseInferenceService):\n    def __init__(self):\n        super().__init__()', lines: [2] },
  { name: 'run_inference', code: 'class InferenceService(BaseInferenceService):\n    async def run_inference(self, inputs, parameters):\n        return {"embedding": [1]}' },
  { name: '__call__', code: 'class InferenceService(BaseInferenceService):\n    async def __call__(self, inputs, parameters):\n        return {"embedding": [1]}' },
  { name: '_process_single', code: 'class InferenceService(BaseInferenceService):\n    async def _process_single(self, inputs, parameters):\n        return {"embedding": [1]}' },
  { name: 'a class of another name with the base of the platform', code: 'class Mine(BaseInferenceService):\n    async def run_inference(self, inputs, parameters):\n        return {"embedding": [1]}' },
  { name: 'a handler that predicts', code: 'class RealtimeHandler:\n    def predict(self, request):\n        return {"embedding": [1]}' },
  { name: 'a base class of its own', code: 'from .base import Base\nclass InferenceService(Base):\n    pass' },
  { name: 'imported', code: '# class\nfrom .service import InferenceService' },
  { name: 'everything of another file', code: '# class\nfrom .service import *' },
  { name: 'made by a function', code: '# class\ndef get_inference_service():\n    return make()' },
]);

test('a plugin without a realtime service needs none', async () => {
  expect(await lintFiles({ 'manifest.ts': manifest(), 'pipeline.ts': '' })).toEqual([]);
});

test('a file of that name beside no manifest may be anything', async () => {
  expect(await lintFiles({ 'realtime.ts': 'export const now = 1;' })).toEqual([]);
});
