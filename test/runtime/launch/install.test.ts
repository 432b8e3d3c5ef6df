import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { refuseReplaced } from '../../../src/runtime/launch/install.js';

const root = mkdtempSync(join(tmpdir(), 'plugsmith-installed-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('an installation under a process that lives long', () => {
  it.each<[string, string | null, string | null]>([
    ['the same', '{"name":"plugsmith","version":"1.2.3"}', null],
    ['a newer one', '{"name":"plugsmith","version":"1.3.0"}', 'Plugsmith 1.2.3 was replaced by 1.3.0 while this host runs.'],
    ['one that is being written', '{"name"', 'The installation of Plugsmith that this host runs from is gone.'],
    ['none', null, 'The installation of Plugsmith that this host runs from is gone.'],
  ])('%s', (_what, text, message) => {
    const file = join(root, 'package.json');
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    const check = (): void => refuseReplaced({ root, version: '1.2.3' });
    if (message === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'installation-replaced', message, next: expect.stringContaining('start it again') as string }));
  });

  it('another build of the same version', () => {
    const other = join(root, 'other');
    const build = (text: string): void => writeFileSync(join(other, 'dist', 'worker', 'main.js'), text);
    const check = (): void => refuseReplaced({ root: other, version: '1.2.3' });
    mkdirSync(join(other, 'dist', 'worker'), { recursive: true });
    writeFileSync(join(other, 'package.json'), '{"version":"1.2.3"}');
    build('import "./chunk-A.js"');
    check();
    build('import "./chunk-A.js"');
    check();
    build('import "./chunk-B.js"');
    expect(check).toThrow(expect.objectContaining({ message: 'Plugsmith 1.2.3 was replaced by another build of it while this host runs.' }));
  });

  it('this one is its own', () => expect(() => refuseReplaced()).not.toThrow());
});
