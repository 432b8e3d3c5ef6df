import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecrets } from '../../../src/runtime/services/index.js';
import { secretMissing } from '../../../src/runtime/services/secrets.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugsmith-secrets-'));
  await writeFile(join(folder, 'one.env'), '# comment\nTOKEN=first\nQUOTED="two words"\n');
  await writeFile(join(folder, 'two.env'), 'TOKEN=second\n');
  await writeFile(join(folder, 'comments.env'), '\ufeff\n  # nothing yet\n');
  await writeFile(join(folder, 'odd.env'), `A=it's\r\n  \n  # don't\n\t#\n export B="one # 1\ntwo\n\n  \nthree" # end\nC='"' # "\nD=\n`);
  await writeFile(join(folder, 'slip.env'), `A="1\n2"\nTOKEN "hunter2"\n`);
  await writeFile(join(folder, 'spaces.env'), 'A=1\nMY TOKEN=hunter2\n');
  await writeFile(join(folder, 'utf16.env'), Buffer.from('\ufeffTOKEN=hunter2\n', 'utf16le'));
  await writeFile(join(folder, 'latin.env'), Buffer.from('TOKEN=hünter2\n', 'latin1'));
  await writeFile(join(folder, 'keys.json'), '{\n  "TOKEN": "hunter2"\n}\n');
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

describe('readSecrets', () => {
  it.each([
    ['a name from the environment', { secrets: ['KEY'], env: { KEY: 'v' } }, { KEY: 'v' }],
    ['a name with a value', { secrets: ['KEY=a=b'], env: { KEY: 'other' } }, { KEY: 'a=b' }],
    ['a file', { envFiles: ['one.env'] }, { TOKEN: 'first', QUOTED: 'two words' }],
    ['later files before earlier ones', { envFiles: ['one.env', 'two.env'] }, { TOKEN: 'second', QUOTED: 'two words' }],
    ['flags before files', { secrets: ['TOKEN=flag'], envFiles: ['two.env'] }, { TOKEN: 'flag' }],
    ['quotes, comments and empty values', { envFiles: ['odd.env'] }, { A: "it's", B: 'one # 1\ntwo\n\n  \nthree', C: '"', D: '' }],
    ['a file of comments', { envFiles: ['comments.env'] }, {}],
    ['nothing', {}, {}],
  ])('reads %s', async (_, { envFiles = [], ...options }: { secrets?: string[]; envFiles?: string[]; env?: NodeJS.ProcessEnv }, expected) => {
    const { values } = await readSecrets({ env: {}, ...options, envFiles: envFiles.map(file) });
    expect(values).toEqual(expected);
  });

  it.each([
    ['secret-not-set', { secrets: ['KEY'] }, /KEY/],
    ['secret-not-set', { secrets: ['KEY='] }, /KEY/],
    ['secret-name', { secrets: ['=value'] }, /no usable name/],
    ['secret-name', { secrets: ['my secret value'] }, /no usable name/],
    ['secret-name', { secrets: ['KEY=hunter2', 'KEY=hunter3'] }, /^The secret KEY is given twice\.$/],
    ['env-file', { envFiles: ['/nowhere/at/all.env'] }, /all\.env/],
  ])('refuses with %s for %j', async (code, options, message) => {
    await expect(readSecrets({ env: {}, ...options })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    ['utf16.env', /is not text in UTF-8/],
    ['latin.env', /is not text in UTF-8/],
    ['keys.json', /no line of the form NAME=VALUE/],
    ['spaces.env', /has a name with spaces, or a quote that is not closed\.$/],
    ['slip.env', /has no NAME=VALUE in line 3\.$/],
  ])('refuses %s, and repeats nothing of it', async (name, message) => {
    const failure = await readSecrets({ env: {}, envFiles: [file(name)] }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'env-file', message: expect.stringMatching(message) });
    expect(JSON.stringify(failure)).not.toContain('nter2');
  });

  it('does not repeat what may be the value', async () => {
    await expect(readSecrets({ secrets: ['hunter2 is the password'], env: {} })).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
  });
});

describe('mask', () => {
  it.each([
    ['key=sk-12345 sent', 'key=*** sent'],
    ['sk-12345-longer', '***'],
    ['line two of it: LINE-TWO', 'line two of it: ***'],
    ['abc stays', 'abc stays'],
  ])('%j becomes %j', async (text, expected) => {
    const { mask } = await readSecrets({ secrets: ['A=sk-12345', 'B=sk-12345-longer', 'C=abc', 'D=LINE-ONE\nLINE-TWO'], env: {} });
    expect(mask(text)).toBe(expected);
  });
});

it('a missing secret names how to give it, and which there are', () => {
  const failure = secretMissing('TOKEN', ['KEY']);
  expect(failure.next).toContain('--secret TOKEN');
  expect(failure.next).toContain('--env-file');
  expect(failure.why).toContain('KEY');
});
