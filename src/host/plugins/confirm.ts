/** Confirming an upload: its archive is checked once, and the decision is kept for every later question. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { systemCode } from '../../errors/index.js';
import { pluginId } from '../../manifest/index.js';
import type { HostContext } from '../context.js';
import { badRequest, HttpError, notFound, toBody, tooMany } from '../http/errors.js';
import { killPoint } from '../kill-points.js';
import { admit, type Admitted } from './admission.js';
import type { Blobs } from './blobs.js';
import { collectGarbage } from './garbage.js';
import type { PluginRecord } from './plugins.js';
import type { UploadRecord, Uploads } from './uploads.js';

/** A decision: the plugin, or the refusal. */
export type Decision = { plugin: PluginRecord } | { refusal: HttpError };

type Host = Pick<HostContext, 'store' | 'clock' | 'plugins' | 'limits' | 'paths' | 'options' | 'version' | 'audit'>;

export class Confirmer {
  private readonly running = new Map<string, Promise<void>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly host: Host,
    private readonly uploads: Uploads,
    private readonly blobs: Blobs,
  ) {}

  /**
   * The answer of confirm: the stored one, or one that is made now. Questions at the same time share one check.
   * @param toAnswer makes the stored answer of an accepted plugin
   * @param commit runs in the transaction that stores the decision
   * @throws HttpError 400 (expired, other length), 404 (nothing arrived), 429 (too many checks)
   */
  async confirm(upload: UploadRecord, actor: string, toAnswer: (plugin: PluginRecord) => unknown): Promise<{ status: number; body: unknown }> {
    let current = upload;
    if (current.answer === null) {
      await this.once(current, actor, toAnswer);
      current = this.uploads.find(upload.owner, upload.uploadId) ?? current;
    }
    if (current.answer === null) throw new Error(`The upload ${upload.uploadId} was not decided.`);
    return current.answer;
  }

  private once(upload: UploadRecord, actor: string, toAnswer: (plugin: PluginRecord) => unknown): Promise<void> {
    const known = this.running.get(upload.uploadId);
    if (known !== undefined) return known;
    if (this.running.size >= this.host.limits.waitingChecks) throw tooMany('Too many archives are being checked.', 5);
    const check = this.inTurn(() => this.check(upload, actor, toAnswer)).finally(() => this.running.delete(upload.uploadId));
    this.running.set(upload.uploadId, check);
    return check;
  }

  /** One archive after the other: checking is work for one core, and the others have requests to answer. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async check(upload: UploadRecord, actor: string, toAnswer: (plugin: PluginRecord) => unknown): Promise<void> {
    const { owner, name, version, uploadId, sha256, bytes } = upload;
    if (sha256 === null || bytes === null) {
      if (upload.expiresAt <= this.host.clock.now()) throw badRequest('The upload has expired before its archive arrived.', { code: 'expired' });
      throw notFound(`No archive has arrived for the upload ${uploadId}.`);
    }
    await this.compareDigest(sha256, uploadId);
    killPoint('confirm.checksum');
    const archive = this.blobs.path(sha256);
    const verdict = await admit(this.host.paths, { archive, sha256, name, version, strict: this.host.options.strict === true });
    killPoint('confirm.scanned');
    this.host.store.transaction(() => {
      const decision = 'admitted' in verdict ? this.accept(upload, verdict.admitted, actor) : { refusal: refusalOf(uploadId, verdict.code, verdict.violations) };
      const accepted = 'plugin' in decision;
      const answer = accepted ? { status: 200, body: toAnswer(decision.plugin) } : { status: decision.refusal.status, body: toBody(decision.refusal) };
      this.uploads.decided(uploadId, answer.status, answer.body);
      this.host.audit.write({ actor, action: 'upload.confirm', subject: `${owner}/${pluginId(name, version)}`, outcome: accepted ? 'done' : 'refused', details: { upload: uploadId, sha256, scanner: this.host.version, ...(accepted ? {} : { reason: decision.refusal.message }) } });
    });
    killPoint('confirm.decided');
    // A refused archive is of no further use.
    if (!('admitted' in verdict)) collectGarbage(this.host);
  }

  /** A name that was taken meanwhile is a decision too. */
  private accept({ owner, name, version, sha256, bytes, description }: UploadRecord, admitted: Admitted, actor: string): Decision {
    try {
      this.uploads.mayTake(owner, name, version, sha256);
    } catch (error) {
      if (error instanceof HttpError) return { refusal: error };
      throw error;
    }
    const { language, folder, files, manifest, warnings } = admitted;
    const plugin = this.host.plugins.put({
      owner, pluginId: pluginId(name, version), name, version, description: description ?? admitted.description, language, codeHash: sha256 ?? '', bytes: bytes ?? 0,
      folder, files, manifest, scanner: this.host.version, warnings, actor,
    });
    return { plugin };
  }

  /** The bytes on the disk must still be those that arrived. */
  private async compareDigest(sha256: string, uploadId: string): Promise<void> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.blobs.path(sha256), { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw notFound(`The archive of the upload ${uploadId} is gone.`);
      throw error;
    }
    if (hash.digest('hex') !== sha256) throw badRequest('The archive on the disk is not the one that arrived. Upload it again.', { code: 'digest-differs' });
  }
}

function refusalOf(uploadId: string, code: string, violations: string[]): HttpError {
  const message = `The plugin was refused: ${violations[0]}${violations.length > 1 ? ` (and ${violations.length - 1} more)` : ''}`;
  return badRequest(message, { code, upload_id: uploadId, validation_status: 'failed', validation_errors: violations });
}
