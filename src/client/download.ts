/** From a version on a host to an archive on disk. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { ExitCode, Failure, messageOf, systemCode } from '../errors/index.js';
import { syncPath } from '../files/index.js';
import type { Host } from './host.js';
import { headerOf } from './http.js';
import { networkFailure } from './network.js';

export interface Downloaded {
  file: string;
  sha256: string;
  bytes: number;
  /** Whether the host said which digest the archive has, and it has it. */
  verified: boolean;
}

export interface DownloadOptions {
  /** Where the archive goes; a file of this name is replaced. */
  file: string;
  onProgress?(done: number, total: number | null): void;
  signal?: AbortSignal | undefined;
}

/**
 * Downloads the archive of a version. It appears under its name only when it is complete, has the digest that the
 * host names, and is on disk.
 * @throws Failure `no-download`, `download-mismatch`, `download-not-written`, and what requests throw
 */
export async function downloadArchive(host: Host, id: string, { file, onProgress, signal }: DownloadOptions): Promise<Downloaded> {
  const { plugin, presigned_download_url: url } = await host.plugin(id, { withDownload: true });
  if (url === null) throw new Failure({ code: 'no-download', message: `The host gives no address to download ${id} from.`, why: 'It has the plugin, but does not hand out its archive.', next: 'Use the archive that was uploaded.', exitCode: ExitCode.host });
  const { status, headers, body } = await host.http.openSigned(url, { method: 'GET', signal });
  if (status !== 200) {
    body.destroy();
    throw new Failure({ code: 'no-download', message: `The download of ${id} was answered with ${status}.`, why: 'The address is good for a short time only.', next: 'Run the command again.', details: { status }, exitCode: ExitCode.host });
  }
  const total = headerOf(headers, 'content-length');
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    let written: { sha256: string; bytes: number };
    try {
      written = await receive(body, handle, host.http.connection.baseUrl, (done) => onProgress?.(done, total === null ? null : Number(total)));
    } finally {
      await handle.close();
    }
    const { code_hash: expected } = plugin;
    if (expected !== null && expected.toLowerCase() !== written.sha256) throw mismatch(id, expected, written.sha256);
    await rename(temporary, file);
    await syncPath(dirname(file));
    return { file, ...written, verified: expected !== null };
  } catch (error) {
    body.destroy();
    await rm(temporary, { force: true });
    throw error instanceof Failure || signal?.aborted ? error : notWritten(file, error);
  }
}

async function receive(body: Readable, handle: FileHandle, baseUrl: string, onProgress: (bytes: number) => void): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => Promise.reject(networkFailure(error, new URL(baseUrl).origin)));
    if (next.done) break;
    hash.update(next.value);
    await handle.writeFile(next.value);
    onProgress((bytes += next.value.length));
  }
  await handle.sync();
  return { sha256: hash.digest('hex'), bytes };
}

function mismatch(id: string, expected: string, sha256: string): Failure {
  return new Failure({
    code: 'download-mismatch',
    message: `What was downloaded is not the archive of ${id}.`,
    why: `The host says its sha256 is ${expected}; what came has ${sha256}. Nothing was kept.`,
    next: 'Run the command again; if it comes back, something on the way changes the data.',
    details: { expected, sha256 },
    exitCode: ExitCode.host,
  });
}

function notWritten(file: string, error: unknown): Failure {
  return new Failure({
    code: 'download-not-written',
    message: `${file} could not be written: ${messageOf(error)}.`,
    why: 'Nothing was left behind.',
    next: systemCode(error) === 'ENOSPC' ? 'Free some disk space, or name another file with --output.' : 'Name a file in a folder that you may write to: --output FILE',
    details: { file, error: systemCode(error) ?? null },
    cause: error,
  });
}
