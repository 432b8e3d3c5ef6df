/** Type declarations for editors: copied into `.plugsmith/types`, so that a plugin needs no npm install. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../errors/index.js';
import { stateFailure } from '../write-failures.js';
import { installation } from '../launch/index.js';
import { ensureStateFolder } from '../runs.js';

/** Copies the declarations of this installation unless they are there already. @throws Failure `disk-full`, `output-not-writable` */
export function syncTypes(root: string): void {
  const source = join(installation().root, 'dist', 'types');
  if (!existsSync(source)) return;
  const target = join(root, '.plugsmith', 'types');
  const marker = join(target, 'version');
  const { version } = installation();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === version) return;
  ensureStateFolder(root);
  const staging = `${target}.${process.pid}`;
  try {
    for (const part of ['sdk', 'zod']) cpSync(join(source, part), join(staging, part), { recursive: true });
    writeFileSync(join(staging, 'version'), version);
    rmSync(target, { recursive: true, force: true });
    renameSync(staging, target);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another command does the same at this moment, and one of them comes to its end. If not, the next one sees it.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw stateFailure(error, target);
  }
}
