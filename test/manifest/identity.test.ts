import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { featureUri, namePattern, normaliseVersion, pluginId, readFeatureUri } from '../../src/manifest/index.js';

describe('normaliseVersion', () => {
  it.each([
    ['v1', '1.0.0'], ['1', '1.0.0'], ['1.0', '1.0.0'], ['v2.1', '2.1.0'], ['1.0.0', '1.0.0'], ['v1.2.3', '1.2.3'], ['0.0.0', '0.0.0'], ['10.20.30', '10.20.30'],
  ])('reads %s as %s', (given, expected) => expect(normaliseVersion(given)).toBe(expected));

  it.each(['', 'v', '1.0.0.0', '1.0.0-beta', '1.0.0+1', '1.', '.1', '1..0', '01.0.0', ' 1.0.0', '1.0.0\n', 'V1', 'latest', '1.x', '-1.0.0', '１.0.0', '9999999999.0.0'])(
    'refuses %j',
    (given) => {
      expect(() => normaliseVersion(given)).toThrow(Failure);
      expect(() => normaliseVersion(given)).toThrow(expect.objectContaining({ code: 'version-invalid', exitCode: 2 }));
    },
  );
});

it('names plugins and features by the normalised version', () => {
  expect(pluginId('my_plugin', 'v1')).toBe('my_plugin_1_0_0');
  expect(featureUri('my_plugin', '2.1')).toBe('mixpeek://my_plugin@2.1.0');
  expect(featureUri('my_plugin', '2.1', 'my_embedding')).toBe('mixpeek://my_plugin@2.1.0/my_embedding');
});

it('reads what featureUri writes', () => {
  expect(readFeatureUri(featureUri('abc', '1', 'vec'))).toEqual({ name: 'abc', version: '1.0.0', feature: 'vec' });
  expect(readFeatureUri(featureUri('abc', '1'))).toEqual({ name: 'abc', version: '1.0.0', feature: undefined });
  for (const text of ['', 'abc', 'mixpeek://abc', 'mixpeek://@1.0.0', 'http://abc@1.0.0', 'mixpeek://abc@1.0.0/', 'mixpeek://abc@1.0.0/a/b']) {
    expect(readFeatureUri(text)).toBeUndefined();
  }
});

it('takes names of 3 to 64 characters', () => {
  expect(['abc', 'A_1', 'a'.repeat(64)].every((name) => namePattern.test(name))).toBe(true);
  expect(['ab', '1ab', '_ab', 'a-b', 'a'.repeat(65), 'abc\n'].some((name) => namePattern.test(name))).toBe(false);
});
