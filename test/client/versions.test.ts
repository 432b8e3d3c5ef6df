import { describe, expect, test } from 'vitest';
import { byVersion, idOf, nextVersion, readReference } from '../../src/client/versions.js';

describe('references', () => {
  test.each([
    ['my_plugin', 'my_plugin', null],
    ['my_plugin@1.0.0', 'my_plugin', '1.0.0'],
    ['my_plugin_1_0_0', 'my_plugin', '1.0.0'],
    ['my_plugin_2_12_1_0', 'my_plugin_2', '12.1.0'],
    ['custom_plugin_my_plugin_1_0_0', 'my_plugin', '1.0.0'],
    ['mixpeek://my_plugin@1.0.0', 'my_plugin', '1.0.0'],
    ['mixpeek://my_plugin@1.0.0/vector', 'my_plugin', '1.0.0'],
  ])('%s', (text, name, version) => expect(readReference(text)).toEqual({ name, version }));

  test.each(['', 'a', '1abc', 'my-plugin', 'my_plugin@', 'my_plugin@1.0', 'my_plugin@1.0.0@2', '../x'])('%j is none', (text) => {
    expect(() => readReference(text)).toThrow(expect.objectContaining({ code: 'reference-invalid', exitCode: 2 }));
  });
});

test('ids', () => expect(idOf('my_plugin', '1.0.0')).toBe('my_plugin_1_0_0'));

test('versions are ordered by numbers', () => expect(['1.10.0', '1.9.1', '0.2.0'].sort(byVersion)).toEqual(['0.2.0', '1.9.1', '1.10.0']));

test.each([
  ['1.0.0', [], '1.0.1'],
  ['1.0.0', ['1.0.0', '1.0.9', '1.0.10'], '1.0.11'],
  ['1.0.0', ['2.3.4', 'strange'], '2.3.5'],
])('after %s, with %j taken, comes %s', (version, taken, next) => expect(nextVersion(version, taken)).toBe(next));
