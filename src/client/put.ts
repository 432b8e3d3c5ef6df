/** Sending an archive to its signed address: streamed from disk, repeated where the connection is cut. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ExitCode, Failure } from '../errors/index.js';
import { headerOf, type Http, isPassing, parse, read } from './http.js';
import { NetworkFailure } from './network.js';
import { readError, waitOf } from './refusal.js';

export interface Sending {
  file: FileHandle;
  bytes: number;
  sha256: string;
  /** When the address ends, as the host said; null where it did not. */
  expiresAt: string | null;
  onProgress(bytes: number): void;
  signal?: AbortSignal | undefined;
}

/**
 * `expired`, `unsigned`: the address is too old, or the host does not take it for its own (it was put back from a copy, or
 * another one has its port now). A new one has to be asked for.
 */
export type Sent = { kind: 'stored'; etag: string | null } | { kind: 'expired' } | { kind: 'unsigned'; refusal: Failure };

const ATTEMPTS = 6;
const CHUNK = 512 * 1024;

/** @throws Failure `upload-refused`, `upload-mismatch`; NetworkFailure when every attempt was cut */
export async function putArchive(http: Http, url: string, sending: Sending): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    const backoff = Math.min(8000, 500 * 2 ** (attempt - 1)) * (0.5 + http.clock.random());
    try {
      const answer = await putOnce(http, url, sending);
      if (answer.status >= 200 && answer.status < 300) return { kind: 'stored', etag: checkEtag(answer.etag, sending.sha256) };
      if (readError(parse(answer.text))?.details?.['code'] === 'signature') return { kind: 'unsigned', refusal: refused(answer) };
      if (isExpired(answer, sending.expiresAt)) return { kind: 'expired' };
      if (attempt === ATTEMPTS || !isPassing(answer.status)) throw refused(answer);
      await http.clock.sleep(answer.retryAfter ?? backoff, sending.signal);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof NetworkFailure) || !error.cut) throw error;
      await http.clock.sleep(backoff, sending.signal);
    }
  }
}

interface PutAnswer {
  status: number;
  text: string;
  etag: string | null;
  retryAfter: number | null;
}

async function putOnce(http: Http, url: string, { file, bytes, onProgress, signal }: Sending): Promise<PutAnswer> {
  const { status, headers, body } = await http.openSigned(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/zip', 'content-length': String(bytes) },
    body: Readable.from(counted(file, onProgress), { objectMode: false, highWaterMark: CHUNK }),
    signal,
  });
  const text = await read(body, http.connection.baseUrl);
  return { status, text, etag: headerOf(headers, 'etag'), retryAfter: waitOf(headerOf(headers, 'retry-after')) };
}

/** The file from its start, at our own positions: the handle is used for several attempts. */
async function* counted(file: FileHandle, onProgress: (bytes: number) => void): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    // A new one each time: the old one may still wait to be sent.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    onProgress((position += bytesRead));
  }
}

/** Our hosts answer with the sha256. Storage of others has its own kinds of ETag, which only it can compare. */
function checkEtag(etag: string | null, sha256: string): string | null {
  const value = etag?.replace(/^W\//, '').replaceAll('"', '') ?? null;
  if (value === null || !/^[0-9a-f]{64}$/i.test(value) || value.toLowerCase() === sha256) return etag;
  throw new Failure({
    code: 'upload-mismatch',
    message: 'The host received other bytes than were sent.',
    why: `The archive has sha256 ${sha256}, the host counted ${value}.`,
    next: 'Run the command again; if it comes back, something on the way changes the data.',
    details: { sha256, etag: value },
    exitCode: ExitCode.host,
  });
}

function isExpired({ status, text }: PutAnswer, expiresAt: string | null): boolean {
  if (status !== 400 && status !== 403) return false;
  return /expired/i.test(text) || (expiresAt !== null && Date.parse(expiresAt) <= Date.now());
}

/** Storage answers in XML, our hosts in JSON. */
function refused({ status, text }: PutAnswer): Failure {
  const said = readError(parse(text))?.message ?? /<Message>([^<]*)<\/Message>/.exec(text)?.[1];
  return new Failure({
    code: 'upload-refused',
    message: said ?? `The archive was refused with ${status}.`,
    why: `The host answered the transfer with ${status}; nothing was published.`,
    next: status === 413 ? 'Make the archive smaller: see what is in it with plugin package.' : 'Run the command again.',
    details: { status },
    exitCode: ExitCode.host,
  });
}
