import { describe, expect, it } from 'vitest';
import { placeOf, tell } from '../../src/worker/place.js';

const withStack = (...lines: string[]): Error => Object.assign(new Error('x'), { stack: ['Error: x', ...lines.map((line) => `    at ${line}`)].join('\n') });

describe('placeOf', () => {
  it.each<[string, string[], string | null]>([
    ['a function', ['Embed.process (/p/processors/core.ts:31:9)'], 'processors/core.ts:31:9'],
    ['a bare place', ['/p/pipeline.ts:3:1'], 'pipeline.ts:3:1'],
    ['an async function', ['async Embed.process (/p/processors/core.ts:31:9)'], 'processors/core.ts:31:9'],
    ['a file URL', ['file:///p/manifest.ts:1:7'], 'manifest.ts:1:7'],
    ['a file URL with spaces', ['run (file:///p/my%20steps/a.ts:1:7)'], 'my steps/a.ts:1:7'],
    ['the innermost frame of the plugin', ['node:internal/x:1:1', 'readFile (node:fs:2:2)', 'lib (/elsewhere/lib.js:1:1)', 'a (/p/a.ts:5:6)', 'b (/p/b.ts:7:8)'], 'a.ts:5:6'],
    ['not its dependencies', ['x (/p/node_modules/dep/index.js:1:1)', 'a (/p/a.ts:5:6)'], 'a.ts:5:6'],
    ['not the cached bundle', ['x (/p/.plugsmith/bundles/k/dist/plugin.mjs:1:1)', 'a (/p/a.ts:5:6)'], 'a.ts:5:6'],
    ['no frame of the plugin', ['x (/plugin/a.ts:1:1)', 'node:internal/y:1:1'], null],
    ['an eval frame', ['eval (eval at run (/p/a.ts:5:6), <anonymous>:1:1)'], null],
    ['no stack', [], null],
  ])('%s', (_name, lines, place) => expect(placeOf(withStack(...lines), '/p')).toBe(place));
});

describe('tell', () => {
  class Mine extends Error {
    override name = 'Mine';
  }
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each<[string, unknown, object]>([
    ['an error', new Mine('what'), { name: 'Mine', message: 'what' }],
    ['an error with a cause', new Error('outer', { cause: new Error('inner') }), { name: 'Error', message: 'outer (cause: inner)' }],
    ['a text', 'what', { name: 'string', message: 'what' }],
    ['a number', 7, { name: 'number', message: '7' }],
    ['nothing', undefined, { name: 'undefined', message: 'undefined' }],
    ['a cycle', cyclic, { name: 'object', message: 'a value that cannot be shown' }],
    ['a symbol', Symbol('s'), { name: 'symbol', message: 'Symbol(s)' }],
  ])('%s', (_name, error, told) => expect(tell(error, '/nowhere')).toEqual({ ...told, at: null }));
});
