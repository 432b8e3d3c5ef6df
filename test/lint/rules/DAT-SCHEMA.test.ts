import { call, pluginTable, pythonManifest, step, type PluginCase } from './plugin.helpers.js';
import { manifest } from './MAN.helpers.js';

const core = 'processors/core.ts';
const write = (...names: string[]) => step(`return batch${names.map((name) => `.withColumn('${name}', [])`).join('')};`);
const promising = (keys: string) => manifest({ output_schema: `z.object({ my_embedding: z.array(z.number()).length(384), ${keys} })` });
const line = promising('').split('\n').findIndex((text) => text.includes('output_schema')) + 1;

const ts: PluginCase[] = [
  ['a key that nothing writes', { 'manifest.ts': promising('label: z.string()'), [core]: write('my_embedding') }, [`manifest.ts:${line}`]],
  ['a misspelt one', { 'manifest.ts': promising('label: z.string()'), [core]: write('my_embedding', 'lable') }, [`manifest.ts:${line}`]],
  ['a key that is written', { 'manifest.ts': promising('label: z.string()'), [core]: write('my_embedding', 'label') }, []],
  ['a key that is written elsewhere', { 'manifest.ts': promising('label: z.string()'), [core]: write('my_embedding'), 'steps/s.ts': write('label') }, []],
  ['an optional key', { 'manifest.ts': promising('label: z.string().optional()'), [core]: write('my_embedding') }, []],
  ['a key of the input', { 'manifest.ts': promising('text: z.string()'), [core]: write('my_embedding') }, []],
  ['a column of each row', { 'manifest.ts': promising('document_id: z.string()'), [core]: write('my_embedding') }, []],
  ['a feature, which is for DAT-FEATURE', { [core]: write('n') }, []],
  ['a computed name', { 'manifest.ts': promising('label: z.string()'), [core]: step('return batch.withColumn(this.name, []);') }, []],
  ['a schema that cannot be read', { 'manifest.ts': manifest({ output_schema: 'schema()' }), [core]: write('n') }, []],
];

const pyCore = 'processors/core.py';
const written = call('batch["my_embedding"] = []', 'return batch');
const py: PluginCase[] = [
  ['a field of a table that nothing writes', { 'manifest.py': pythonManifest('output_schema["label"] = {"type": "string"}'), [pyCore]: written }, ['manifest.py:10']],
  ['a field of a model that nothing writes', { 'manifest.py': pythonManifest('class Output(BaseModel):', '    my_embedding: list[float]', '    label: str', 'output_schema = Output'), [pyCore]: written }, ['manifest.py:12']],
  ['a field with a default', { 'manifest.py': pythonManifest('class Output(BaseModel):', '    my_embedding: list[float]', '    label: str = ""', 'output_schema = Output'), [pyCore]: written }, []],
  ['a field that is written', { 'manifest.py': pythonManifest('output_schema["label"] = {"type": "string"}'), [pyCore]: call('batch["my_embedding"], batch["label"] = [], ""', 'return batch') }, []],
  ['a computed name', { 'manifest.py': pythonManifest('output_schema["label"] = {"type": "string"}'), [pyCore]: call('batch["my_embedding"] = []', 'for name in ("label",):', '    batch[name] = ""', 'return batch') }, []],
];

pluginTable('DAT-SCHEMA', { ts, py });
