/** Where this installation of Plugsmith lies: the same answer from the built chunks and from the sources. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../errors/index.js';

let found: { root: string; version: string } | undefined;

export function installation(): { root: string; version: string } {
  if (found !== undefined) return found;
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const content = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
      if (content.name === 'plugsmith') return (found = { root: folder, version: content.version ?? '0.0.0' });
    }
    if (folder === dirname(folder)) break;
  }
  throw new Failure({ code: 'broken-installation', message: 'Plugsmith does not find its own package.json.', why: 'The installation is incomplete.', next: 'Install it again: npm install -g plugsmith' });
}

/** The worker's file of an installation, as it was when its first worker was started. It names what it imports by content. */
const begunWith = new Map<string, string | null>();

/**
 * For who lives long: workers are started from the files that lie there now, and speak their version's language.
 * @throws Failure `installation-replaced` where they are no longer those that this process began with
 */
export function refuseReplaced({ root, version } = installation()): void {
  const now = versionIn(join(root, 'package.json'));
  const code = contentOf(join(root, 'dist', 'worker', 'main.js'));
  if (!begunWith.has(root)) begunWith.set(root, code);
  const same = code === begunWith.get(root);
  if (now === version && same) return;
  throw new Failure({
    code: 'installation-replaced',
    message: now === null || (code === null && !same) ? 'The installation of Plugsmith that this host runs from is gone.' : `Plugsmith ${version} was replaced by ${now === version ? 'another build of it' : now} while this host runs.`,
    why: 'New workers would be of another version than the host that asks them.',
    next: 'Stop the host and start it again: plugin host start',
  });
}

function versionIn(file: string): string | null {
  try {
    return (JSON.parse(contentOf(file) ?? '') as { version?: string }).version ?? '0.0.0';
  } catch {
    return null;
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** A file of the built package. @throws Failure when it was not built. */
export function distFile(path: string): string {
  const file = join(installation().root, 'dist', path);
  if (existsSync(file)) return file;
  throw new Failure({ code: 'not-built', message: `dist/${path} does not exist.`, why: 'Workers run from the built package.', next: 'In a checkout run: npm run build' });
}
