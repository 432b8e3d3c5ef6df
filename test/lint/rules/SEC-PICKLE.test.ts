import { expect, test } from 'vitest';
import { findings, places } from '../python/helper.js';

test.each([
  ['import pickle\npickle.load(f)', ['SEC-PICKLE:2']],
  ['import pickle as p\np.loads(x)', ['SEC-PICKLE:2']],
  ['from pickle import loads, dumps', ['SEC-PICKLE:1']],
  ['import pickle\nclass U(pickle.Unpickler): ...', ['SEC-PICKLE:2']],
  ['import dill\ndill.load(f)', ['SEC-PICKLE:2']],
  ['import marshal\nread = marshal.load', ['SEC-PICKLE:2']],
  ['import shelve\nwith shelve.open("x") as s: pass', ['SEC-PICKLE:2']],
  ['import pickle\npickle.dumps(x)\npickle.dump(x, f)', []],
  ['import torch, pandas, joblib\ntorch.load(f)\npandas.read_pickle(f)\njoblib.load(f)', []],
  ['from .pickle import loads\nloads(x)', []],
  ['class P:\n    def loads(self): ...\npickle = P()\npickle.loads(x)', []],
])('%j', (code, expected) => expect(places(code)).toEqual(expected));

test('is a warning', () => {
  expect(findings('import pickle\npickle.loads(x)')[0]).toMatchObject({ rule: 'SEC-PICKLE', severity: 'warn' });
});
