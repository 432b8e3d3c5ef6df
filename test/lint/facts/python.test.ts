import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { lowerPython } from '../../../src/lint/facts/python/index.js';
import { camelCase, normalised } from '../../../src/lint/facts/python/source.js';
import { scopeOf } from '../../../src/lint/facts/python/scopes.js';
import { typeOfAnnotation, typeOfParameter } from '../../../src/lint/facts/python/types.js';
import { lintText, loadPython } from '../../../src/lint/index.js';
import { pythonParser } from '../../../src/lint/python/index.js';
import { LineIndex } from '../../../src/lint/text.js';

beforeAll(async () => void (await loadPython()));

const lower = (code: string) => lowerPython(pythonParser().parse(code), new LineIndex(code));

describe('names', () => {
  test.each([
    ['encode_plus', 'encodePlus'],
    ['_embed_one', '_embedOne'],
    ['__call__', '__call__'],
    ['_', '_'],
    ['_m', '_m'],
    ['HTTP_CLIENT', 'HTTPCLIENT'],
    ['a__b', 'aB'],
  ])('%s is %s', (written, name) => expect(camelCase(written)).toBe(name));

  test('are NFKC', () => expect(normalised('ｍodel')).toBe('model'));
});

describe('annotations', () => {
  test.each([
    ['str', 'string'],
    ['list[str]', 'string[]'],
    ['Optional[pd.DataFrame]', 'DataFrame'],
    ['"pd.DataFrame | None"', 'DataFrame'],
    ['Iterator[pd.DataFrame]', 'Iterator<DataFrame>'],
    ['Dict[str, np.ndarray]', 'Map<string, ndarray>'],
    ['pd.Series', 'Column'],
    ['Union[None, SentenceTransformer]', 'SentenceTransformer'],
    ['list[tuple[int, str]]', 'number[][]'],
  ])('%s', (text, type) => expect(typeOfAnnotation(text)).toBe(type));

  test.each([
    ['__call__', 'batch', 'Dict[str, np.ndarray]', 'DataFrame'],
    ['__call__', 'batch', null, null],
    ['__call__', 'data', null, 'DataFrame'],
    ['parse', 'data', null, null],
    ['__call__', 'inputs', 'dict', 'Record'],
    ['f', 'input_df', null, 'DataFrame'],
    ['f', 'df', 'list[str]', 'string[]'],
  ])('%s(%s: %s)', (fn, name, annotation, type) => expect(typeOfParameter(fn, name, annotation)).toBe(type));
});

describe('variables live', () => {
  const homes = (code: string, params: string[] = []) => {
    const scope = scopeOf(pythonParser().parse(code).rootNode.namedChildren, new Set(params));
    return Object.fromEntries([...scope.homes].map(([name, block]) => [name, block.depth]));
  };

  test.each([
    ['in the function', 'a = 1\nfor x in y:\n    a = 2\n', { a: 0 }],
    ['in the loop that holds all uses', 'for x in y:\n    a = x\n    print(a)\n', { a: 1 }],
    ['outside of two loops', 'for x in y:\n    a = x\nfor x in y:\n    a = x\n', { a: 0 }],
    ['in an inner loop', 'for x in y:\n    for z in x:\n        a = z\n', { a: 2 }],
    ['where a nested function sees them', 'for x in y:\n    a = x\ndef f():\n    return a\n', { a: 0, f: 0 }],
    ['outside, where they are global', 'global a\na = 1\nb = 1\n', { b: 0 }],
    ['in a while loop, with its condition', 'while (a := f()):\n    g(a)\n', { a: 1 }],
    ['nowhere of their own, in a nested function', 'def f():\n    a = 1\n', { f: 0 }],
  ])('%s', (_, code, expected) => expect(homes(code)).toEqual(expected));

  test('and parameters are none', () => expect(homes('a = 1\n', ['a'])).toEqual({}));
});

describe('a file', () => {
  test('without anything that may hold rows need not be traced', () => {
    expect(lower('def f(a):\n    for b in a: g(b)\n').mayHaveRows).toBe(false);
    expect(lower('def f(batch): pass\n').mayHaveRows).toBe(true);
    expect(lower('def f(a: "pd.DataFrame"): pass\n').mayHaveRows).toBe(true);
    expect(lower('for batch in x: pass\n').mayHaveRows).toBe(true);
  });

  test('of every kind of statement is lowered, broken or not', () => {
    const code = 'for in x:\n  del\n@\nclass:\nlambda\nf(**)\nx[]\nwith : pass\nmatch x:\n case\n';
    expect(() => lower(code)).not.toThrow();
    for (let end = 0; end < code.length; end++) expect(() => lower(code.slice(0, end))).not.toThrow();
  });

  test.each([
    ['a sum', `x = ${Array(12_000).fill('"a"').join(' + ')}\n`],
    ['conditions', `x = ${Array(12_000).fill('a').join(' and ')}\n`],
    ['parentheses', `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}\n`],
    ['elif', `if a:\n    x = 1\n${'elif b:\n    x = 2\n'.repeat(2000)}`],
    ['calls that might be something else', `x = ${'map('.repeat(60)}1${')'.repeat(60)}\n`],
    ['classes that make classes', `x = A${'.from_a().B'.repeat(60)}\n`],
  ])('with very many %s is lowered', (_, code) => expect(lower(code).body).not.toEqual([]));
});

describe('messages', () => {
  const code = 'def run(batch, tok, llm):\n    for t in batch["data"]:\n        tok.encode_plus(t)\n        llm.generate(t)\n';

  test('name functions as they are written where something else calls them', () => {
    const found = lintText('core.py', 'def run(batch):\n    list(map(download_asset, batch["data"]))\n    batch["data"].apply(embedder.embed_query)\n');
    expect(found.map((finding) => finding.message)).toEqual([expect.stringContaining('"download_asset"'), expect.stringContaining('"embed_query"')]);
  });

  test('name calls as they are written, and the helpers of the language', () => {
    const found = lintText('core.py', code.replaceAll('tok', 'my_tokenizer'));
    expect(found.map((finding) => finding.message)).toEqual([
      expect.stringContaining('"my_tokenizer.encode_plus"'),
      expect.stringContaining('"llm.generate"'),
    ]);
    expect(found[1]?.next).toContain('concurrent_api_calls(items=items, async_fn=fn, max_concurrent=10)');
  });
});

describe.each(['SEQ001', 'SEQ002', 'SEQ003'])('the Python examples of %s', (id) => {
  const page = readFileSync(`docs/rules/${id}.md`, 'utf8');
  const examples = [...page.matchAll(/^```python (invalid|valid)\n([^]*?)^```$/gm)].map(([, kind, code]) => ({ kind, code: code as string }));

  test('are of both kinds', () => expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid'])));

  test.each(examples)('$kind: $code', ({ kind, code }) => {
    const found = lintText('processors/core.py', code).map((finding) => finding.rule);
    expect([...new Set(found)]).toEqual(kind === 'invalid' ? [id] : []);
  });
});
