import { open } from 'node:fs/promises';
import { messageOf, systemCode } from '../errors/index.js';
import { findSecrets } from './secrets.js';
import { formatBytes } from './size.js';

/** Something in the archive that should probably not be published. Never contains the secret itself. */
export interface ArchiveWarning {
  /** `secret`, `key-file`, `secret-file`, `large-file`, `stray-file`, `data-folder` or `replaced-file`; packing a plugin adds `source-left-out` and `bundled-package`. */
  code: string;
  /** Path in the archive, without the top folder. */
  file: string;
  /** Line of a found secret, from 1. */
  line?: number;
  message: string;
  next: string;
}

interface File {
  path: string;
  bytes: number;
  file: string;
}

const LARGE = 50 * 1024 * 1024;
/** Larger files are not searched for secrets: they are models and data, and the search would take seconds. */
const SEARCHED = 10 * 1024 * 1024;
/** A data folder below this size is more likely a lookup table that the plugin needs. */
const DATA = 1024 * 1024;

/** Looks at every file. Files that cannot be read are listed, so that all of them can be reported at once. */
export async function findWarnings(files: readonly File[]): Promise<{ warnings: ArchiveWarning[]; unreadable: { path: string; reason: string }[] }> {
  const warnings: ArchiveWarning[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const file of files) {
    warnings.push(...byNameAndSize(file));
    try {
      const { start, text } = await readText(file.file, file.bytes);
      if (output.test(file.path) || (rows.test(file.path) && start === WITH_ID)) warnings.push({ code: 'stray-file', file: file.path, message: 'This looks like the output of a run.', next: leaveOut(file.path) });
      if (text !== null) warnings.push(...secretsIn(file.path, text));
    } catch (error) {
      unreadable.push({ path: file.path, reason: `it cannot be read (${systemCode(error) ?? messageOf(error)})` });
    }
  }
  return { warnings: [...warnings, ...dataFolders(files)], unreadable };
}

const keyFile = /(\.(pem|p12|pfx|key|keystore|jks)|(^|\/)id_(rsa|dsa|ecdsa|ed25519))$/i;
const secretFile = /(^|\/)(\.env(?!\.example$)[^/]*|\.netrc|\.pypirc|credentials\.json)$/;
/** Beside the manifest. Tables that a plugin needs lie in folders of their own, or are text. */
const output = /^[^/]+\.(arrows?|ipc|feather|parquet|pq|npy)$/i;
/** So are rows; those of a run begin with their id. */
const rows = /^[^/]+\.(jsonl|ndjson)$/i;
const WITH_ID = '{"document_id":';
const archive = /\.(zip|tgz|tar\.gz)$/i;
const strayFile = /(~|\.(bak|orig|rej|tmp|swo)|(^|\/)(\.#[^/]*|#[^/]*#))$/i;

function byNameAndSize({ path, bytes }: File): ArchiveWarning[] {
  const found: ArchiveWarning[] = [];
  const say = (code: string, message: string): void => void found.push({ code, file: path, message, next: leaveOut(path) });
  if (keyFile.test(path)) say('key-file', 'This looks like a private key or certificate.');
  if (secretFile.test(path)) say('secret-file', 'Files of this name hold secrets.');
  if (strayFile.test(path)) say('stray-file', 'This looks like a backup or temporary file of an editor or tool.');
  if (archive.test(path)) say('stray-file', 'This is an archive; what is in it is neither scanned nor run.');
  if (bytes > LARGE) say('large-file', `The file is ${formatBytes(bytes)}; large models are better loaded at run time.`);
  return found;
}

function secretsIn(path: string, text: string): ArchiveWarning[] {
  return findSecrets(text, /(^|\/)\.npmrc$/.test(path)).map(({ kind, line, shown }) => ({
    code: 'secret',
    file: path,
    line,
    message: `This looks like ${kind} (${shown}).`,
    next: 'Take it out, revoke it if it was ever published, and read it with context.secrets at run time.',
  }));
}

const dataNames = new Set(['data', 'dataset', 'datasets', 'output', 'outputs', 'results', 'logs', 'tmp', 'temp', 'checkpoints']);

function dataFolders(files: readonly File[]): ArchiveWarning[] {
  const totals = new Map<string, { bytes: number; files: number }>();
  for (const { path, bytes } of files) {
    const [folder, ...rest] = path.split('/');
    if (folder === undefined || rest.length === 0 || !dataNames.has(folder)) continue;
    const total = totals.get(folder) ?? { bytes: 0, files: 0 };
    totals.set(folder, { bytes: total.bytes + bytes, files: total.files + 1 });
  }
  return [...totals]
    .filter(([, total]) => total.bytes > DATA)
    .map(([folder, total]) => ({
      code: 'data-folder',
      file: `${folder}/`,
      message: `The folder holds ${formatBytes(total.bytes)} in ${total.files} files and has a name that is usual for data.`,
      next: leaveOut(`${folder}/`),
    }));
}

function leaveOut(path: string): string {
  return `If the plugin does not need it, add this line to .pluginignore: /${path}`;
}

/** Opens every file (a file that cannot be read must be found now), and gives how it begins, and the text of those worth searching. */
async function readText(file: string, bytes: number): Promise<{ start: string; text: string | null }> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(WITH_ID.length), 0, WITH_ID.length, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    if (bytes > SEARCHED) return { start, text: null };
    const data = await handle.readFile();
    // Text has no zero bytes near its start; models, images and archives do.
    return { start, text: data.subarray(0, 8192).includes(0) ? null : data.toString('utf8') };
  } finally {
    await handle.close();
  }
}
