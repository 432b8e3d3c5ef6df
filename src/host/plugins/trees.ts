/** Unpacked plugins, by the digest of their archive. What runs is what was scanned: every file is compared before a worker starts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Failure, systemCode } from '../../errors/index.js';
import type { HostPaths } from '../paths.js';
import type { PluginFile, PluginRecord } from './plugins.js';

export class Trees {
  constructor(private readonly paths: HostPaths) {}

  /** Where a plugin's folder is. A Python plugin is imported under this folder's name. */
  folderOf({ codeHash, folder }: Pick<PluginRecord, 'codeHash' | 'folder'>): string {
    return join(this.paths.trees, codeHash, folder);
  }

  /**
   * The plugin's folder, after every file in it was compared with what was scanned.
   * @throws Failure `plugin-files` where the tree cannot be had as it was
   */
  async verified(plugin: PluginRecord): Promise<string> {
    const folder = this.folderOf(plugin);
    const problem = await difference(folder, plugin.files);
    if (problem === null) return folder;
    throw new Failure({
      code: 'plugin-files',
      message: `The files of ${plugin.pluginId} are not those that were checked: ${problem}.`,
      why: 'Only what was scanned may run.',
      next: 'Delete the plugin and upload it again.',
    });
  }
}

/** How a folder differs from a list of files, or null where it does not. */
export async function difference(folder: string, files: readonly PluginFile[]): Promise<string | null> {
  const expected = new Map(files.map((file) => [file.path, file]));
  let found: string[];
  try {
    found = await filesIn(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'they are gone';
    throw error;
  }
  for (const path of found) if (!expected.has(path)) return `${path} was added`;
  if (found.length !== expected.size) return 'a file is missing';
  for (const { path, sha256 } of files) if ((await hashFile(join(folder, path))) !== sha256) return `${path} was changed`;
  return null;
}

/** Everything that is no folder, also what should not be there. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
