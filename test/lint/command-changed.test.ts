import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'ignore' });

async function repository(files: Record<string, string>): Promise<string> {
  const cwd = await folderOf(files);
  git(cwd, 'init');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-m', 'first');
  return cwd;
}

const found = async (cwd: string, ...paths: string[]) => {
  const { code, out } = await lintCommand(cwd, '--changed', '--json', ...paths);
  const { findings, summary } = JSON.parse(out);
  return { code, files: summary.files, found: findings.map(({ file, rule }: { file: string; rule: string }) => `${file} ${rule}`) };
};

describe('--changed', () => {
  test('checks nothing where nothing has changed', async () => {
    const cwd = await repository({ 'core.ts': perRow });
    expect(await found(cwd)).toEqual({ code: 0, files: 0, found: [] });
  });

  test('checks changed, staged and new files, in folders and by name', async () => {
    const cwd = await repository({ 'old.ts': perRow, 'a/core.ts': '', 'b ü.ts': '', 'gone.ts': '', '.gitignore': 'skipped.ts\n' });
    await writeFile(join(cwd, 'a/core.ts'), perRow);
    await writeFile(join(cwd, 'b ü.ts'), perRow);
    git(cwd, 'add', 'b ü.ts');
    await writeFile(join(cwd, 'new.ts'), perRow);
    await writeFile(join(cwd, 'skipped.ts'), perRow);
    await rm(join(cwd, 'gone.ts'));
    expect((await found(cwd)).found).toEqual(['a/core.ts SEQ002', 'b ü.ts SEQ002', 'new.ts SEQ002']);
    expect(await found(join(cwd, 'a'))).toEqual({ code: 1, files: 1, found: ['core.ts SEQ002'] });
    expect((await found(cwd, 'old.ts', 'new.ts')).found).toEqual(['new.ts SEQ002']);
  });

  test('still checks what concerns more than one file', async () => {
    const cwd = await repository({ 'pipeline.ts': '', 'processors/core.ts': '' });
    expect((await found(cwd)).found).toEqual(['pipeline.ts MAN-FILES']);
  });

  test('needs a repository', async () => {
    expect(await lintCommand(await folderOf({ 'core.ts': perRow }), '--changed')).toMatchObject({ code: 2, err: expect.stringContaining('git cannot say what has changed') });
  });
});
