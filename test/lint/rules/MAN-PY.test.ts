/** What is read of a manifest.py: both styles, and the values of expressions. */
import { describe, expect, it } from 'vitest';
import { lintText } from '../../../src/lint/engine.js';
import { allows, four, lintPython, places, plugin, refuses } from './MAN-PY.helpers.js';

describe('the two styles', () => {
  allows({
    'module-level names': plugin(`features = [{${four}}]`),
    'the dict metadata': 'metadata = {"feature_extractor_name": "abc", "version": "1.0.0", "description": "x", "category": "text"}\n',
    'a mixture': 'metadata = {"version": "1.0.0"}\nfeature_extractor_name = "abc"\n',
    'the legacy name': 'metadata = {"name": "abc", "version": "1.0.0"}\n',
    'both names': 'metadata = {"name": "Shown", "feature_extractor_name": "abc", "version": "1.0.0"}\n',
    'a module-level value over that of metadata': 'metadata = {"feature_extractor_name": "a b", "version": "x"}\nfeature_extractor_name = "abc"\nversion = "1.0.0"\n',
    'None over a value of metadata': 'metadata = {"feature_extractor_name": "abc", "version": "1.0.0"}\nversion = None\n',
    'metadata made by a call': 'metadata = dict(feature_extractor_name="abc", version="1.0.0")\n',
    'metadata from elsewhere': 'from .meta import metadata\nfeatures = []\n',
    'names from elsewhere': 'from .meta import feature_extractor_name, version\nfeatures = []\n',
    'names that a star may bring': 'from .meta import *\ncompute_profile = {}\n',
    'other names': plugin('NAME = "x"', 'params = {"a": 1}', 'type = "y"', 'VERSION = version', 'image = None'),
  });
  refuses({
    'a name in metadata': ['metadata = {"feature_extractor_name": "a-b", "version": "1.0.0"}\n', ['MAN-NAME 1:39']],
    'a legacy name': ['metadata = {"name": "a-b", "version": "1.0.0"}\n', ['MAN-NAME 1:21']],
    'an unknown key in metadata': ['metadata = {"feature_extractor_name": "abc", "version": "1.0.0", "colour": 1}\n', ['MAN-UNKNOWN-KEY 1:66']],
    'a misspelt key in metadata': [
      'metadata = {"feature_extractor_name": "abc", "version": "1.0.0", "descripton": "x"}\n', ['MAN-UNKNOWN-KEY 1:66'],
      'metadata = {"feature_extractor_name": "abc", "version": "1.0.0", "description": "x"}\n',
    ],
    'a misspelt name of a model': [
      plugin('from pydantic import BaseModel', 'class Input(BaseModel):', '    text: str', 'input_shema = Input', 'compute_profile = {}'),
      ['MAN-UNKNOWN-KEY 6:1'],
      plugin('from pydantic import BaseModel', 'class Input(BaseModel):', '    text: str', 'input_schema = Input', 'compute_profile = {}'),
    ],
    'a misspelt name of the module': [plugin('compute_profle = {}'), ['MAN-UNKNOWN-KEY 3:1'], plugin('compute_profile = {}')],
    'another spelling': [plugin('computeProfile = {}'), ['MAN-UNKNOWN-KEY 3:1'], plugin('compute_profile = {}')],
    'the name as it is elsewhere': ['plugin_name = "abc"\nversion = "1.0.0"\nfeature_uri = None\n', ['MAN-UNKNOWN-KEY 1:1'], 'feature_extractor_name = "abc"\nversion = "1.0.0"\nfeature_uri = None\n'],
    'no version': ['feature_extractor_name = "abc"\n', ['MAN-REQUIRED 1:1']],
    'no version in metadata': ['x = 1\nmetadata = {"feature_extractor_name": "abc"}\n', ['MAN-REQUIRED 2:12']],
    'neither': ['compute_profile = {}\n', ['MAN-REQUIRED 1:1', 'MAN-REQUIRED 1:1']],
    'a file without a manifest': ['import os\n', ['MAN-DEFAULT-EXPORT file']],
    'an empty file': ['', ['MAN-DEFAULT-EXPORT file']],
  });
});

describe('values', () => {
  const bad = '"feature_type": "embedding", "feature_name": "e", "embedding_dim": 384';
  allows({
    'implicit concatenation': plugin('description = "a" "b"').replace('"1.0.0"', '("1." "0.0")'),
    'single quotes and prefixes': `feature_extractor_name = 'abc'\nversion = r"1.0.0"\ncategory = u"text"\n`,
    'an escape': plugin('category = "te\\x78t"'),
    'an f-string without names': 'feature_extractor_name = f"abc"\nversion = "1.0.0"\n',
    'an f-string of known names': plugin('feature_uri = f"mixpeek://{feature_extractor_name}@{version}"'),
    'what cannot be known': plugin('category = pick()', 'tier = 1 + x', 'features = make()', 'compute_profile = {"batch_size": int("3")}', 'description = f"{x!r}"'),
    'numbers in every form': plugin('tier = 0x2', `features = [{${four.replace('384', '65_536')}}]`, 'cost_rates = [{"unit": "image", "credits_per_unit": 1.5e-3}]'),
    'tuples': plugin('supported_input_types = ("text", "image")'),
    'a constant': plugin('DIM = 384', `features = [{${four.replace('384', 'DIM')}}]`),
    'an annotated constant': plugin('from typing import Final', 'DIM: Final[int] = 384', `features: list[dict] = [{${four.replace('384', 'DIM')}}]`),
    'several targets': 'feature_extractor_name, version = "abc", "1.0.0"\n',
    'unpacking': plugin('BASE = {"feature_type": "embedding", "distance_metric": "dot"}', 'features = [{**BASE, "feature_name": "e", "embedding_dim": 3}]'),
    'an unknown unpacking': plugin('features = [{**base(), "feature_name": "e"}]'),
    'merging': plugin('BASE = {"feature_type": "embedding", "distance_metric": "dot"}', 'features = [BASE | dict(feature_name="e", embedding_dim=3)]'),
    'a sum and a product': plugin('DIM = 2 * 128 + 128', `features = [{${four.replace('384', 'DIM')}}]`, 'output_schema = {"my_embedding": {"type": "array", "minItems": 384, "maxItems": 384}}'),
    'a list of two': plugin(`A = [{${four}}]`, `features = A + [{${four.replace('my_', 'your_')}}]`),
    'a list with another in it': plugin(`A = [{${four}}]`, 'features = [*A]'),
    'a comprehension': plugin('features = [{"type": n} for n in names]'),
    'a value that is replaced': plugin('features = [{"type": 1}]', `features = [{${four}}]`),
    'a key that is added': plugin(`f = {${bad}}`, 'f["distance_metric"] = "dot"', 'features = [f]'),
    'a key that is added later': plugin(`f = {${bad}}`, 'features = [f]', 'f.update({"distance_metric": "dot"})'),
    'a list that a loop fills': plugin('features = [{}]', 'for n in names:', '    features.append(n)'),
    'a list that a call changes': plugin('features = [{}]', 'fill(features)'),
    'a list that changes under another name': plugin('A = [{}]', 'features = A', 'fill(A)'),
    'a list that a method changes': plugin('features = [{}]', 'features.clear()'),
    'a value that a condition changes': plugin('tier = 9', 'if cheap():', '    tier = 1'),
    'a value that a try may set': plugin('tier = 9', 'try:', '    tier = read()', 'except Exception:', '    pass'),
    'a deleted name': plugin('tier = 9', 'del tier'),
    'a value in metadata by its key': 'metadata = {"feature_extractor_name": "abc", "version": "1.0.0"}\nversion = metadata["version"]\n',
    'a shadowed dict': plugin('def dict(**k): return k', 'compute_profile = dict(colour=1)'),
  });
  refuses({
    'the constant where it is used': [plugin('N = "a"', 'tier = N'), ['MAN-FIELD 4:8']],
    'a key of an unpacked dict where it is written': [plugin('BASE = {"type": "embedding"}', `features = [{**BASE, ${four}}]`), ['MAN-FEATURE-KEYS 3:9']],
    'an item that is appended': [plugin('features = []', 'features.append({"feature_type": "vector", "feature_name": "e", "embedding_dim": 3, "distance_metric": "dot"})'), ['MAN-FEATURE-TYPE 4:34'], plugin('features = []', 'features.append({"feature_type": "embedding", "feature_name": "e", "embedding_dim": 3, "distance_metric": "dot"})')],
    'items that are added': [plugin('features = []', `features += [{${bad}}]`), ['MAN-FEATURE-KEYS 4:14']],
    'a value set by its key': ['metadata = {"feature_extractor_name": "abc"}\nmetadata["version"] = "1.0.0.0"\n', ['MAN-VERSION 2:23']],
    'a value beside what runs as a program only': [plugin('tier = 9', 'if __name__ == "__main__":', '    print(tier)'), ['MAN-FIELD 3:8']],
    'a value that is printed': [plugin('compute_profile = {"batch_size": 0}', 'print(compute_profile)'), ['MAN-COMPUTE-PROFILE 3:34']],
    'a negative number': [plugin('tier = -1'), ['MAN-FIELD 3:8']],
    'keyword arguments': [plugin('compute_profile = dict(batchSize=3)'), ['MAN-COMPUTE-PROFILE 3:24'], plugin('compute_profile = dict(batch_size=3)')],
    'a product': [plugin('compute_profile = {"batch_size": 64 * 0}'), ['MAN-COMPUTE-PROFILE 3:34']],
    'the fields of an object': ['from shared.collection.features.extractors.models import ExtractorDefinition\nmetadata = ExtractorDefinition(name="abc", version="1.0.0.0")\n', ['MAN-VERSION 2:52']],
    'True for a number': [plugin('tier = True'), ['MAN-FIELD 3:8']],
    'bytes are left alone, a number is not': [plugin('icon = b"x"', 'author = 3'), ['MAN-FIELD 4:10']],
    'a prefixed text, without a fix': ['feature_extractor_name = "abc"\nversion = r"1.0"\n', ['MAN-VERSION-FORM 2:11']],
    'a prefixed key, without a fix': ['metadata = {"feature_extractor_name": "abc", "version": "1.0.0", r"descripton": "x"}\n', ['MAN-UNKNOWN-KEY 1:66']],
    'a text in three quotes, without a fix': ['feature_extractor_name = "abc"\nversion = """1.0"""\n', ['MAN-VERSION-FORM 2:11']],
  });
});

it('takes a manifest.py in a deeper folder for a manifest only when it looks like one', () => {
  expect(lintPython('name = "site"\nversion = 3\n', 'web/manifest.py')).toEqual([]);
  expect(lintPython('', 'web/manifest.py')).toEqual([]);
  expect(places(lintPython('compute_profile = {}\n', 'a/manifest.py'))).toEqual(['MAN-REQUIRED 1:1', 'MAN-REQUIRED 1:1']);
  expect(places(lintPython('features = [{"type": "x"}]\n', 'a/manifest.py'))).toContain('MAN-FEATURE-KEYS 1:14');
});

it('leaves other files, and files with syntax errors, alone', () => {
  for (const path of ['pipeline.py', 'my_manifest.py', 'manifest.pyw', 'manifest.py.txt']) expect(lintPython('', path)).toEqual([]);
  expect(lintPython('version = (')).toEqual([]);
});

it('is part of the engine, with line and column', () => {
  const found = lintText('manifest.py', plugin('tier = 9'));
  expect(found.map(({ rule, line, column, endColumn }) => ({ rule, line, column, endColumn }))).toEqual([{ rule: 'MAN-FIELD', line: 3, column: 8, endColumn: 9 }]);
});

it('says what to write in the words of Python', () => {
  const nexts = (code: string) => lintPython(code).map(({ message, next }) => `${message} ${next}`);
  expect(nexts('feature_extractor_name = "abc"\n')).toEqual([`The manifest has no 'version'. Add version = "1.0.0".`]);
  expect(nexts(plugin('features = [{}]'))[0]).toContain('Add "feature_type": "embedding".');
  expect(nexts(plugin('features = [{}]'))).toHaveLength(4);
  expect(nexts(plugin(`features = [{${four.replace('384', 'None')}}]`))).toEqual(['features[0].embedding_dim is None; it must be a whole number from 1 to 65536. Write for example 384.']);
  expect(nexts(plugin('input_schema = "x"'))).toEqual([`input_schema is 'x'; it must be a pydantic model, or a dict of fields to JSON Schema. Write for example {"text": {"type": "string"}}.`]);
});

// What is followed more than once would not end within the time of a test.
it.each([
  ['lists that hold each other twice', ['a0 = [1, 1]', ...Array.from({ length: 60 }, (_, i) => `a${i + 1} = [a${i}, a${i}]`), 'features = a60', 'example_input = {"x": a60}']],
  ['models that hold each other twice', ['from pydantic import BaseModel', 'class M0(BaseModel):\n    x: int', ...Array.from({ length: 60 }, (_, i) => `class M${i + 1}(BaseModel):\n    x: M${i}\n    y: M${i}`), 'parameter_schema = M60']],
  ['a list of 100,000 numbers', [`example_input = [${'1, '.repeat(100_000)}]`, `f(${'x, '.repeat(100_000)})`]],
  ['20,000 unknown unpackings', [`compute_profile = {${Array.from({ length: 20_000 }, (_, i) => `**x(), "k${i}": 1`).join(', ')}}`]],
  ['an expression of 12,000 terms', [`description = ${'"a" + '.repeat(12_000)}"b"`]],
  ['a list that doubles', ['features = [{}, {}]', ...Array.from({ length: 60 }, () => 'features += features')]],
])('reads %s without delay', (_name, lines) => {
  expect(Array.isArray(lintPython(plugin(...lines)))).toBe(true);
});
