import { call, pluginTable, pythonManifest, step, type PluginCase } from './plugin.helpers.js';
import { manifest } from './MAN.helpers.js';

const core = 'processors/core.ts';
const write = (name: string) => step(`return batch.withColumn('${name}', []);`);
const feature = manifest().split('\n').findIndex((line) => line.includes('feature_name')) + 1;

const ts: PluginCase[] = [
  ['another column', { [core]: write('embedding') }, [`manifest.ts:${feature}`]],
  ['no column at all', { [core]: step('return batch;') }, [`manifest.ts:${feature}`]],
  ['a column that only realtime writes', { [core]: step('return batch;'), 'realtime.ts': `export class InferenceService { runInference() { return { my_embedding: [] }; } }` }, [`manifest.ts:${feature}`]],
  ['the feature', { [core]: write('my_embedding') }, []],
  ['the feature, in a chain', { [core]: step(`return batch.withColumn('n', []).withColumn('my_embedding', []);`) }, []],
  ['the feature, in another step', { [core]: write('n'), 'steps/s.ts': write('my_embedding') }, []],
  ['the feature, collected', { [core]: step(`return batch.collect('my_embedding', [], []);`) }, []],
  ['columns of a batch of its own', { [core]: step('return new Batch([...batch.columns(), vectors], batch.numRows);') }, []],
  ['a constant', { [core]: `const NAME = 'my_embedding';\n${step('return batch.withColumn(NAME, []);')}` }, []],
  ['a computed name', { [core]: step('return batch.withColumn(this.config.output, []);') }, []],
  ['no processor that can be read', { [core]: '' }, []],
  ['a step of a package', { 'pipeline.ts': `import { E } from 'e';\nexport const steps = [{ serviceClass: E }];`, [core]: write('n') }, []],
  ['features that cannot be read', { 'manifest.ts': manifest({ features: 'list()' }), [core]: write('n') }, []],
  ['no features', { 'manifest.ts': manifest({ features: null }), [core]: write('n') }, []],
];

const pyCore = 'processors/core.py';
const py: PluginCase[] = [
  ['another column', { [pyCore]: call('batch["embedding"] = self._model.encode(batch["data"].fillna("").tolist()).tolist()', 'return batch') }, ['manifest.py:4']],
  ['no column at all', { [pyCore]: call('return batch') }, ['manifest.py:4']],
  ['one of two', { 'manifest.py': pythonManifest('features += [{"feature_type": "embedding", "feature_name": "other", "embedding_dim": 4, "distance_metric": "cosine"}]'), [pyCore]: call('batch["my_embedding"] = []', 'return batch') }, ['manifest.py:10']],
  ['a local list that happens to be written by a computed index', { [pyCore]: call('out = [None] * len(batch)', 'for i in range(len(batch)):', '    out[i] = 0', 'batch["n"] = out', 'return batch') }, ['manifest.py:4']],
  ['the feature', { [pyCore]: call('batch["my_embedding"] = []', 'return batch') }, []],
  ['the feature, row by row', { [pyCore]: call('for i in batch.index:', '    batch.at[i, "my_embedding"] = []', 'return batch') }, []],
  ['the feature, by assign', { [pyCore]: call('return batch.assign(my_embedding=[])') }, []],
  ['the feature, in a dict of columns', { [pyCore]: call('return {"my_embedding": [], **batch}') }, []],
  ['the feature, in a new DataFrame', { [pyCore]: `import pandas as pd\n${call('return pd.DataFrame({"my_embedding": []})')}` }, []],
  ['the feature, in polars', { [pyCore]: `import polars as pl\n${call('return batch.with_columns(pl.Series("my_embedding", []))')}` }, []],
  ['the feature, in a helper', { [pyCore]: `def put(df):\n    df["my_embedding"] = []\n${call('put(batch)', 'return batch')}` }, []],
  ['a computed name', { [pyCore]: call('batch[self.config.output] = []', 'return batch') }, []],
  ['a constant', { [pyCore]: `NAME = "my_embedding"\n${call('batch[NAME] = []', 'return batch')}` }, []],
  ['a name from the manifest', { [pyCore]: `from ..manifest import features\n${call('batch[features[0]["feature_name"]] = []', 'return batch')}` }, []],
  ['a DataFrame made of rows', { [pyCore]: `import pandas as pd\n${call('return pd.DataFrame(self.rows(batch))')}` }, []],
  ['a service of the platform', { 'pipeline.py': 'E5 = get_batch_service("intfloat/e5")\n', [pyCore]: call('return batch') }, []],
  ['an object that is given the batch', { [pyCore]: call('return self.service(batch)') }, []],
];

pluginTable('DAT-FEATURE', { ts, py });
