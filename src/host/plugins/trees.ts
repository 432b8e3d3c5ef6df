/** Unpacked plugins, by the digest of their archive. What runs is what was scanned: every file is compared before a worker starts. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { extractArchive } from '../../archive/index.js';
import { Failure, messageOf, systemCode } from '../../errors/index.js';
import type { HostPaths } from '../paths.js';
import type { PluginFile, PluginRecord } from './plugins.js';

export class Trees {
  private readonly running = new Map<string, Promise<string>>();

  constructor(private readonly paths: HostPaths) {}

  /** Where a plugin's folder is. A Python plugin is imported under this folder's name. */
  folderOf({ codeHash, folder }: Pick<PluginRecord, 'codeHash' | 'folder'>): string {
    return join(this.paths.trees, codeHash, folder);
  }

  /**
   * The plugin's folder, after every file in it was compared with what was scanned. Call it before each start of a worker.
   * A tree that was lost or changed is unpacked anew from its archive, and compared again.
   * @throws Failure `plugin-files` where the files cannot be had as they were
   */
  verified(plugin: PluginRecord): Promise<string> {
    const known = this.running.get(plugin.codeHash);
    if (known !== undefined) return known;
    const work = this.verify(plugin).finally(() => this.running.delete(plugin.codeHash));
    this.running.set(plugin.codeHash, work);
    return work;
  }

  private async verify(plugin: PluginRecord): Promise<string> {
    const folder = this.folderOf(plugin);
    if ((await difference(folder, plugin.files)) === null) return folder;
    await this.unpack(plugin);
    const problem = await difference(folder, plugin.files);
    if (problem === null) return folder;
    throw new Failure({
      code: 'plugin-files',
      message: `The files of ${plugin.pluginId} are not those that were checked: ${problem}.`,
      why: 'Only what was scanned may run.',
      next: 'Delete the plugin and upload it again.',
    });
  }

  private async unpack({ codeHash, folder, pluginId }: PluginRecord): Promise<void> {
    const scratch = join(this.paths.staging, `${randomBytes(8).toString('hex')}.tree`);
    const place = join(this.paths.trees, codeHash);
    await mkdir(scratch);
    try {
      await extractArchive(join(this.paths.blobs, codeHash), join(scratch, folder));
      await rm(place, { recursive: true, force: true });
      await rename(scratch, place);
    } catch (error) {
      const full = ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
      throw new Failure({
        code: 'plugin-files',
        message: `The archive of ${pluginId} cannot be unpacked again: ${messageOf(error)}`,
        why: full ? 'The disk of the host is full; the archive itself is kept.' : 'The files that were checked are gone.',
        next: full ? 'Make room on the disk of the host, then deploy the plugin again.' : 'Delete the plugin and upload it again.',
        cause: error,
      });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** How a folder differs from a list of files, or null where it does not. */
async function difference(folder: string, files: readonly PluginFile[]): Promise<string | null> {
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
