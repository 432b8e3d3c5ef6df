/** The folder of a host's state. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../files/index.js';

export interface HostPaths {
  root: string;
  /** `host.db`: every record. */
  database: string;
  /** Held while a host runs. */
  lock: string;
  /** Who holds it, as JSON. */
  note: string;
  /** Archives by sha256, as they were uploaded. */
  blobs: string;
  /** Unpacked archives, one folder by sha256; made anew from the blob where one is missing. */
  trees: string;
  /** Uploads and unpacking on their way; empty after every start. */
  staging: string;
  logs: string;
  /** Keys that must not lie beside what they protect; only the owner may read them. */
  keys: string;
}

export function hostPaths(root: string): HostPaths {
  const at = (name: string): string => join(root, name);
  return { root, database: at('host.db'), lock: at('lock.db'), note: at('host.json'), blobs: at('blobs'), trees: at('trees'), staging: at('staging'), logs: at('logs'), keys: at('keys') };
}

/** Makes what is missing. Nobody but the owner may look in: the folder holds archives, logs and keys. */
export function makeFolders(paths: HostPaths): void {
  for (const folder of [paths.root, paths.blobs, paths.trees, paths.staging, paths.logs, paths.keys]) {
    makeFolder(folder, 0o700);
  }
  chmodSync(paths.keys, 0o700);
}
