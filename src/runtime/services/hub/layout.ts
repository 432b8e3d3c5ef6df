/**
 * The hub's own cache, as its other clients lay it out, so that a model is downloaded once for all of them:
 * `models--ORG--NAME/blobs/ETAG`, `snapshots/COMMIT/FILE` (links to blobs), `refs/REVISION` (a commit),
 * `.no_exist/COMMIT/FILE` (known not to be there).
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, rename, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { systemCode } from '../../../errors/index.js';
import { makeFolder, replaceFile } from '../../../files/index.js';

/** What of the environment concerns the hub; the names are those of its own clients. */
export interface HubSettings {
  endpoint: string;
  /** The cache folder. */
  folder: string;
  offline: boolean;
  /** Never shown, and sent to the endpoint alone. */
  token: string | null;
}

/** @param env `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`, `HF_HUB_OFFLINE`, `HF_TOKEN`, `HF_TOKEN_PATH`, and their older names */
export async function hubSettings(env: NodeJS.ProcessEnv): Promise<HubSettings> {
  const text = (name: string): string | undefined => env[name] || undefined;
  const home = text('HF_HOME') ?? join(text('XDG_CACHE_HOME') ?? join(text('HOME') ?? homedir(), '.cache'), 'huggingface');
  const noToken = isOn(env['HF_HUB_DISABLE_IMPLICIT_TOKEN']);
  const given = text('HF_TOKEN') ?? text('HUGGING_FACE_HUB_TOKEN') ?? (noToken ? undefined : await tokenFile(text('HF_TOKEN_PATH') ?? join(home, 'token')));
  return {
    endpoint: (text('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, ''),
    folder: text('HF_HUB_CACHE') ?? text('HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub'),
    offline: isOn(env['HF_HUB_OFFLINE']) || isOn(env['TRANSFORMERS_OFFLINE']),
    token: given?.trim() || null,
  };
}

function isOn(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? '');
}

async function tokenFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** The part of the cache that belongs to one model. */
export class ModelFolder {
  readonly path: string;

  constructor(
    readonly cache: string,
    readonly repo: string,
  ) {
    this.path = join(cache, `models--${repo.replace('/', '--')}`);
  }

  blob(etag: string): string {
    return join(this.path, 'blobs', etag);
  }

  /** A folder that one process at a time makes while it downloads a blob. */
  lock(etag: string): string {
    return join(this.cache, '.locks', `models--${this.repo.replace('/', '--')}`, `${etag}.plugsmith`);
  }

  /** The commit that a branch or tag led to when it was last asked for. */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const text = await readFile(join(this.path, 'refs', revision), 'utf8').catch(absent);
    return text?.trim() ?? null;
  }

  /** The path of a file of a commit, null where it was not downloaded, `absent` where it is known not to exist. */
  find(commit: string, file: string): string | null | 'absent' {
    const path = join(this.path, 'snapshots', commit, file);
    // Follows the link: a blob that was cleared away does not count.
    if (existsSync(path)) return path;
    return existsSync(join(this.path, '.no_exist', commit, file)) ? 'absent' : null;
  }

  async noteRevision(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    await written(join(this.path, 'refs', revision), commit);
  }

  async noteAbsent(commit: string, file: string): Promise<void> {
    await written(join(this.path, '.no_exist', commit, file), '');
  }

  /** Links a file of a commit to its blob. @returns the file's path */
  async point(commit: string, file: string, etag: string): Promise<string> {
    const path = join(this.path, 'snapshots', commit, file);
    makeFolder(dirname(path));
    const made = `${path}.${randomUUID().slice(0, 8)}`;
    try {
      await symlink(relative(dirname(path), this.blob(etag)), made);
    } catch (error) {
      // Some filesystems have no links.
      if (!['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
      await copyFile(this.blob(etag), made);
    }
    await rename(made, path);
    return path;
  }
}

function absent(error: unknown): null {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
}

async function written(path: string, text: string): Promise<void> {
  makeFolder(dirname(path));
  replaceFile(path, text);
}
