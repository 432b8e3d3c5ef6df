/** Type declarations for editors: copied into `.plugsmith/types`, so that a plugin needs no npm install. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installation } from '../launch/index.js';
import { ensureStateFolder } from '../runs.js';

/** Copies the declarations of this installation unless they are there already. */
export function syncTypes(root: string): void {
  const source = join(installation().root, 'dist', 'types');
  if (!existsSync(source)) return;
  const target = join(root, '.plugsmith', 'types');
  const marker = join(target, 'version');
  const { version } = installation();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === version) return;
  ensureStateFolder(root);
  rmSync(target, { recursive: true, force: true });
  for (const part of ['sdk', 'zod']) cpSync(join(source, part), join(target, part), { recursive: true });
  writeFileSync(marker, version);
}
