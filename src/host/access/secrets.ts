/** Secrets of the organization: AES-256-GCM, with a key that lies outside the database. Values go to workers, per call, and nowhere else. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../errors/index.js';
import type { Clock } from '../clock.js';
import type { Store } from '../store/index.js';
import { readKeyFile, writeKeyFile } from './files.js';

export class Secrets {
  private readonly key: Buffer;

  /** @param folder of the key file `secrets.key`, made where it is missing and no secret needs an older one */
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    folder: string,
  ) {
    this.key = keyIn(join(folder, 'secrets.key'), this.names().length > 0);
  }

  names(): string[] {
    return this.store.all<{ secret_name: string }>('SELECT secret_name FROM secrets ORDER BY secret_name').map((row) => row.secret_name);
  }

  has(name: string): boolean {
    return this.store.get('SELECT 1 FROM secrets WHERE secret_name = ?', name) !== undefined;
  }

  /** Sets or replaces. */
  set(name: string, value: string): void {
    const now = this.clock.now();
    const sql = 'INSERT INTO secrets (secret_name, sealed, created_at, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT (secret_name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at';
    this.store.run(sql, name, this.seal(name, value), now, now);
  }

  /** The value, or undefined where there is no such secret. For workers only. */
  get(name: string): string | undefined {
    const row = this.store.get<{ sealed: string }>('SELECT sealed FROM secrets WHERE secret_name = ?', name);
    return row && this.unseal(name, row.sealed);
  }

  /** False where there was none. */
  delete(name: string): boolean {
    return this.store.run('DELETE FROM secrets WHERE secret_name = ?', name) === 1;
  }

  /** The name is part of what is sealed, so that values cannot be exchanged in the database. */
  private seal(name: string, value: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(name));
    const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
  }

  private unseal(name: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12)).setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(12, 28));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new Failure({
        code: 'secret-unreadable',
        message: `The secret ${name} cannot be decrypted.`,
        why: 'The key file does not belong to this database, or the database was changed.',
        next: `Put back keys/secrets.key of this host, or set the secret anew: plugin secrets set ${name}`,
        cause: error,
      });
    }
  }
}

function keyIn(file: string, isNeeded: boolean): Buffer {
  const text = readKeyFile(file);
  const key = Buffer.from(text ?? '', 'base64');
  if (key.length === 32) return key;
  if (text !== undefined || isNeeded) {
    throw new Failure({
      code: 'host-keys',
      message: `${file} is ${text === undefined ? 'missing' : 'not a key'}.`,
      why: 'The secrets in the database cannot be read without it.',
      next: 'Put it back from a backup.',
    });
  }
  const made = randomBytes(32);
  writeKeyFile(file, made.toString('base64'));
  return made;
}
