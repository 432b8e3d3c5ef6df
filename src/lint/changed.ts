/** What git says has changed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Failure, messageOf } from '../errors/index.js';

/**
 * Absolute paths of files that differ from the last commit: changed, staged, new; not those that git ignores.
 *
 * @throws Failure `lint-no-git` when git is missing, or `cwd` is in no repository.
 */
export function changedFiles(cwd: string): Set<string> {
  const root = git(cwd, 'rev-parse', '--show-toplevel').replace(/\r?\n$/, '');
  const entries = git(root, 'status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all').split('\0');
  // Each entry is two letters, a space, and the path.
  return new Set(entries.filter((entry) => entry.length > 3).map((entry) => join(root, entry.slice(3))));
}

function git(cwd: string, ...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 256 * 1024 * 1024 });
  } catch (error) {
    const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Failure({
      code: 'lint-no-git',
      message: `git cannot say what has changed: ${said || messageOf(error)}`,
      why: 'With --changed only files that git calls changed are checked.',
      next: 'Run it in a git repository, or leave --changed out.',
      cause: error,
    });
  }
}
