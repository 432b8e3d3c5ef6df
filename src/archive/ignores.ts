import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { Failure, messageOf, systemCode } from '../errors/index.js';

/** The file in a plugin folder that says what stays out of the archive, in gitignore's language. */
export const IGNORE_FILE = '.pluginignore';

/** What stays out of every archive unless `.pluginignore` brings it back with a `!` line. */
const defaultIgnores: readonly string[] = [
  // Other tools' folders, caches and our own.
  'node_modules/', '.git/', '.hg/', '.svn/', '.plugsmith/', 'coverage/', '.nyc_output/',
  '__pycache__/', '*.pyc', '.venv/', 'venv/', '.pytest_cache/', '.mypy_cache/', '.ruff_cache/',
  // Build output (what `package` adds to dist is generated, not collected) and earlier archives.
  '/dist/', '/*.zip', '*.tgz',
  // Editors and desktops.
  '.idea/', '.vscode/', '*.swp', '.DS_Store', 'Thumbs.db',
  // Places where secrets live.
  '.env*', '!.env.example', '.npmrc',
];

/** Says whether a path is left out. Folders end in `/`; paths are relative to the plugin folder, with `/`. */
export type IsIgnored = (path: string) => boolean;

/**
 * The rules for one plugin folder: the defaults, then its `.pluginignore`. Letter case counts, on every machine.
 * @throws Failure `ignore-file` where the file is there but cannot be read as UTF-8 text.
 */
export async function ignoreRules(root: string): Promise<IsIgnored> {
  const rules = ignore({ ignorecase: false }).add([...defaultIgnores]);
  const text = await readIgnoreFile(join(root, IGNORE_FILE));
  if (text !== null) rules.add(text);
  return (path) => rules.ignores(path);
}

async function readIgnoreFile(file: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new Failure({
      code: 'ignore-file',
      message: `${IGNORE_FILE} cannot be read: ${error instanceof TypeError ? 'it is not UTF-8 text' : messageOf(error)}`,
      why: 'Without it, files that you meant to keep out could enter the archive.',
      next: `Save ${IGNORE_FILE} as a UTF-8 text file, or remove it.`,
      cause: error,
    });
  }
}
