/** From an archive on disk to a version on a host. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ExitCode, Failure, messageOf } from '../errors/index.js';
import type { Host } from './host.js';
import { NetworkFailure } from './network.js';
import { putArchive } from './put.js';
import { HostRefusal, withFaults } from './refusal.js';
import type { PluginDocument } from './shapes.js';
import { idOf, nextVersion } from './versions.js';

export interface UploadOptions {
  /** The archive. */
  file: string;
  name: string;
  /** `X.Y.Z` */
  version: string;
  description?: string | undefined;
  /** Called at the start of each part. */
  onStage?(stage: 'check' | 'transfer' | 'confirm'): void;
  onProgress?(done: number, total: number): void;
  signal?: AbortSignal | undefined;
}

export interface Uploaded {
  /** `unchanged`: the host had these bytes already. */
  outcome: 'uploaded' | 'unchanged';
  plugin_id: string;
  sha256: string;
  bytes: number;
  feature_uri: string | null;
  message: string | null;
}

/** New addresses asked for when one expired on the way, or is not taken. */
const ADDRESSES = 3;
/** How long a host may check an archive that it confirmed but has not judged. */
const JUDGE_MS = 600_000;

/**
 * Uploads an archive. Nothing is a success but a version that the host has checked and accepted.
 * @throws Failure `version-exists` where the host has this version with other bytes (`details.next_version`),
 *   `validation-failed` with what the host found, `archive-unreadable`, `archive-changed`, and what requests throw
 */
export async function uploadArchive(host: Host, options: UploadOptions): Promise<Uploaded> {
  const file = await openArchive(options.file);
  try {
    options.onStage?.('check');
    const { bytes, sha256, changed } = await digest(file);
    const archive = { ...options, handle: file, bytes, sha256, id: idOf(options.name, options.version) };
    const known = await host.findPlugin(archive.id);
    if (known !== null) return await compare(host, archive, known);
    const uploaded = await transfer(host, archive);
    if (await changed()) throw fileChanged(options.file);
    return uploaded;
  } finally {
    await file.close();
  }
}

type Archive = UploadOptions & { handle: FileHandle; bytes: number; sha256: string; id: string };

async function transfer(host: Host, archive: Archive): Promise<Uploaded> {
  const { name, version, description, bytes, sha256, handle, onStage, onProgress, signal } = archive;
  for (let address = 1; ; address += 1) {
    const asked = await orCompare(host, archive, () => host.createUpload({ name, version, description, bytes, sha256 }));
    if ('known' in asked) return asked.known;
    const upload = asked.answer;
    onStage?.('transfer');
    const sent = await putArchive(host.http, upload.presigned_url, {
      file: handle, bytes, sha256, expiresAt: upload.expires_at, onProgress: (done) => onProgress?.(done, bytes), signal,
    });
    if (sent.kind !== 'stored') {
      if (address < ADDRESSES) continue;
      if (sent.kind === 'unsigned') throw sent.refusal;
      throw new Failure({ code: 'upload-expired', message: `The address for the transfer expired ${ADDRESSES} times.`, why: 'The transfer takes longer than the host allows, or the clock of the host is wrong.', next: 'Use a faster connection, or make the archive smaller.', exitCode: ExitCode.host });
    }
    onStage?.('confirm');
    return confirm(host, archive, upload.upload_id, sent.etag);
  }
}

async function confirm(host: Host, archive: Archive, uploadId: string, etag: string | null): Promise<Uploaded> {
  const { bytes, sha256, id } = archive;
  const asked = await orCompare(host, archive, () => host.confirmUpload(uploadId, { etag, file_size_bytes: bytes }));
  if ('known' in asked) return asked.known;
  const { answer } = asked;
  if (!answer.success || answer.validation_status === 'failed') throw invalid(archive, answer.message, answer.validation_errors);
  if (answer.validation_status !== 'passed') await judged(host, archive);
  return { outcome: 'uploaded', plugin_id: answer.plugin_id ?? id, sha256, bytes, feature_uri: answer.feature_uri, message: answer.message };
}

/** Some hosts check after they confirmed. */
async function judged(host: Host, archive: Archive): Promise<void> {
  const { clock } = host.http;
  const end = clock.now() + JUDGE_MS;
  for (let pause = 1000; clock.now() < end; pause = Math.min(15_000, pause * 1.5)) {
    const plugin = await host.findPlugin(archive.id);
    if (plugin?.validation_status === 'passed') return;
    if (plugin?.validation_status === 'failed') throw invalid(archive, null, plugin.validation_errors);
    await clock.sleep(pause, archive.signal);
  }
  throw new Failure({ code: 'gave-up', message: `The host has not finished checking ${archive.id}.`, why: 'The archive is there, and is not usable before it was checked.', next: `See how far it is: plugin get ${archive.id}`, details: { plugin_id: archive.id }, exitCode: ExitCode.gaveUp });
}

/**
 * A refusal because the version exists, or a lost answer, leaves open whether our bytes are there: the host is asked.
 * @throws what `work` threw, where it is neither, or where the version is not there
 */
async function orCompare<T>(host: Host, archive: Archive, work: () => Promise<T>): Promise<{ answer: T } | { known: Uploaded }> {
  try {
    return { answer: await work() };
  } catch (error) {
    const taken = error instanceof HostRefusal && error.status === 409;
    if (!taken && !(error instanceof NetworkFailure && error.cut)) throw error;
    const known = await host.findPlugin(archive.id);
    if (known !== null) return { known: await compare(host, archive, known) };
    throw taken ? await versionExists(host, archive, error.message) : error;
  }
}

/** @throws Failure `version-exists` */
async function compare(host: Host, archive: Archive, known: PluginDocument): Promise<Uploaded> {
  const { sha256, bytes, id } = archive;
  if (known.code_hash?.toLowerCase() !== sha256) throw await versionExists(host, archive);
  if (known.validation_status === 'failed') throw invalid(archive, null, known.validation_errors);
  return { outcome: 'unchanged', plugin_id: id, sha256, bytes, feature_uri: null, message: null };
}

/** The failure for a version whose content is another, with the next one that is free. */
export async function versionExists(host: Host, { name, version, id }: { name: string; version: string; id: string }, message = `${name} ${version} exists on the host, with other content.`): Promise<Failure> {
  const taken = (await host.plugins()).filter((plugin) => plugin.name === name).map((plugin) => plugin.version);
  const next = nextVersion(version, taken);
  return new Failure({
    code: 'version-exists',
    message,
    why: 'A published version never changes: others may run it.',
    next: `Set the version to ${next} in the manifest, then publish again. (plugin lint --fix carries it into feature_uri.)`,
    details: { plugin_id: id, next_version: next },
    exitCode: ExitCode.host,
  });
}

function invalid({ id }: Archive, message: string | null, violations: string[]): Failure {
  return new Failure({
    code: 'validation-failed',
    message: withFaults(message ?? `The host refused ${id}.`, violations),
    why: 'Its check of the archive failed, so there is no such version.',
    next: 'Mend what is listed; plugin lint finds most of it.',
    details: { plugin_id: id, validation_errors: violations },
    exitCode: ExitCode.host,
  });
}

async function openArchive(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new Failure({ code: 'archive-unreadable', message: `The archive ${file} cannot be read: ${messageOf(error)}.`, why: 'Its bytes are what is uploaded.', next: 'Make one with: plugin package', details: { file }, cause: error });
  }
}

/** The digest, and a question for later: whether somebody has written to the file since. */
async function digest(file: FileHandle): Promise<{ bytes: number; sha256: string; changed(): Promise<boolean> }> {
  const before = await file.stat();
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0, highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return {
    bytes: before.size,
    sha256: hash.digest('hex'),
    async changed() {
      const now = await file.stat();
      return now.size !== before.size || now.mtimeMs !== before.mtimeMs;
    },
  };
}

function fileChanged(file: string): Failure {
  return new Failure({ code: 'archive-changed', message: `${file} was written to while it was uploaded.`, why: 'The host may have other bytes than the file now holds.', next: 'Stop what writes to it, then upload again.', details: { file } });
}
