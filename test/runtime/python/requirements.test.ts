import { describe, expect, it } from 'vitest';
import { checkRequirements, requirementName } from '../../../src/runtime/python/requirements.js';

const good = [
  'torch', 'pillow==10.4.0', 'uvicorn[standard]>=0.30', 'a >=1,<2', 'a(>=1)', 'numpy==1.*', 'numpy~=2.0', 'a!=1.5,>1', 'a===1.0+local',
  'tomli>=2; python_version < "3.11"', 'A.B-c_d', 'a[x, y]==1', ' spaced ',
];

const bad: [unknown, string][] = [
  ['', 'it is empty'], [null, 'it is no string'], [{ name: 'a' }, 'it is no string'],
  ['-r other.txt', 'options'], ['--index-url=http://x', 'options'], ['-e .', 'options'],
  ['git+https://example.org/a.git', 'repositories'], ['a @ https://example.org/a.whl', 'addresses'], ['a@https://example.org/a.whl', 'addresses'],
  ['https://example.org/a.whl', 'addresses'], ['file:///a.whl', 'addresses'], ['http:a', 'addresses'],
  ['./a', 'paths'], ['../a', 'paths'], ['/a/b', 'paths'], ['~/a', 'paths'], ['a/b', 'paths'], ['a\\b', 'paths'], ['.', 'paths'],
  ['a.whl', 'files'], ['a-1.0.tar.gz', 'files'],
  ['a=1', 'is no version'], ['a==', 'is no version'], ['a>=1,', 'is no version'], ['a^1', 'is no version'], ['a b', 'is no version'], ['a --hash=x', 'is no version'],
  ['a\n-r x', 'more than one line'], ['a==1;', 'no marker'], ['a==1;x;y', 'no marker'], ['_a', 'does not begin with a name'],
];

describe('requirements', () => {
  it.each(good)('takes %j', (text) => {
    expect(checkRequirements([text])).toEqual([text.trim()]);
  });

  it.each(bad)('refuses %j', (text, reason) => {
    expect(() => checkRequirements(['numpy', text])).toThrow(expect.objectContaining({ code: 'dependency-refused', exitCode: 2, message: expect.stringContaining(reason) }));
  });

  it('names all that are wrong, and drops what is said twice', () => {
    expect(() => checkRequirements(['-e .', './a'])).toThrow(/2 dependencies in manifest\.py/);
    expect(checkRequirements(['numpy', 'torch', 'numpy'])).toEqual(['numpy', 'torch']);
  });

  it('compares names as indexes do', () => {
    expect(['Foo_Bar[x]>=1', 'foo.bar', 'foo--bar == 2'].map(requirementName)).toEqual(['foo-bar', 'foo-bar', 'foo-bar']);
  });
});
