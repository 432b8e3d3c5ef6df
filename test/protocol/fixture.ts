/** The fixture plugins of the vectors, bundled into a temporary folder as the runtime does it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProject, preparePlugin } from '../../src/runtime/project/index.js';

export interface Fixture {
  root: string;
  bundle: string;
  remove(): void;
}

/** @param name a folder beside this file */
export async function placeFixture(name: string): Promise<Fixture> {
  const root = mkdtempSync(join(tmpdir(), 'plugsmith-protocol-'));
  cpSync(new URL(`./${name}/`, import.meta.url), root, { recursive: true });
  const project = findProject(root);
  return { root, bundle: (await preparePlugin(project)).module, remove: () => rmSync(root, { recursive: true, force: true }) };
}
