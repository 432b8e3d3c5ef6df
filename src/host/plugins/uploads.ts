/** Uploads on their way: created, received, decided. */
import { normaliseVersion } from '../../manifest/index.js';
import { organization } from '../access/namespaces.js';
import { randomText } from '../access/keys.js';
import type { HostContext } from '../context.js';
import { conflict, quotaExceeded, wrongState } from '../http/errors.js';
import type { PluginRecord } from './plugins.js';

export interface UploadRecord {
  uploadId: string;
  owner: string;
  name: string;
  version: string;
  description: string | null;
  declaredBytes: number | null;
  declaredSha256: string | null;
  createdAt: number;
  /** Until when bytes may begin to arrive. */
  expiresAt: number;
  actor: string;
  /** Of what was received; null until then. */
  sha256: string | null;
  bytes: number | null;
  /** What confirm answered; null until it was decided. */
  answer: { status: number; body: unknown } | null;
}

export interface NewUpload {
  owner: string;
  name: string;
  /** Undefined takes the next free patch version. */
  version: string | undefined;
  description: string | null;
  bytes: number | null;
  sha256: string | null;
  /** Milliseconds. */
  life: number;
  actor: string;
}

interface Row {
  upload_id: string;
  owner: string;
  name: string;
  version: string;
  description: string | null;
  declared_bytes: number | null;
  declared_sha256: string | null;
  created_at: number;
  expires_at: number;
  actor: string;
  sha256: string | null;
  bytes: number | null;
  answer_status: number | null;
  answer: string | null;
}

type Host = Pick<HostContext, 'store' | 'clock' | 'plugins' | 'limits'>;

/** Undecided uploads are kept this long after their URL has expired. */
const keptFor = 24 * 3600_000;

export class Uploads {
  constructor(private readonly host: Host) {}

  /** Call it in a transaction. @throws HttpError 409 (name and version taken, or a name too much like another), 403 (quota) */
  create({ owner, name, version, description, bytes, sha256, life, actor }: NewUpload): UploadRecord {
    const exact = version === undefined ? nextVersion(this.host.plugins.versions(owner, name)) : normaliseVersion(version);
    this.mayTake(owner, name, exact, sha256);
    const now = this.host.clock.now();
    const id = `plu_${randomText(20)}`;
    this.host.store.run(
      'INSERT INTO uploads (upload_id, owner, name, version, description, declared_bytes, declared_sha256, created_at, expires_at, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id, owner, name, exact, description, bytes, sha256, now, now + life, actor,
    );
    return this.find(owner, id) as UploadRecord;
  }

  find(owner: string, uploadId: string): UploadRecord | undefined {
    const row = this.host.store.get<Row>('SELECT * FROM uploads WHERE upload_id = ? AND owner = ?', uploadId, owner);
    return row && toRecord(row);
  }

  /**
   * Notes what was received. The same bytes again are the same.
   * @throws HttpError 409 where other bytes arrived before
   */
  received(uploadId: string, sha256: string, bytes: number): void {
    const changed = this.host.store.run('UPDATE uploads SET sha256 = ?1, bytes = ?2 WHERE upload_id = ?3 AND (sha256 IS NULL OR sha256 = ?1)', sha256, bytes, uploadId);
    if (changed === 0) throw wrongState('Other bytes were uploaded to this URL before.', { code: 'other-bytes' });
  }

  /** Notes what confirm answers, for every later confirm. */
  decided(uploadId: string, status: number, body: unknown): void {
    this.host.store.run('UPDATE uploads SET answer_status = ?, answer = ? WHERE upload_id = ?', status, JSON.stringify(body), uploadId);
  }

  /**
   * Whether a name and version are free.
   * @param sha256 of the archive, where it is known
   * @throws HttpError 409, 403
   */
  mayTake(owner: string, name: string, version: string, sha256: string | null): void {
    const { plugins, limits } = this.host;
    const versions = plugins.versions(owner, name);
    const same = versions.find((plugin) => plugin.version === version);
    if (same !== undefined && same.deletedAt === null) throw taken(same, nextVersion(versions));
    if (same !== undefined && sha256 !== null && same.codeHash !== sha256) throw buried(same, nextVersion(versions));
    if (versions.some((plugin) => plugin.deletedAt === null)) return;
    const names = plugins.names(owner);
    const twin = names.find((other) => other !== name && alike(other, name));
    if (twin !== undefined) throw conflict(`The name ${name} is too much like ${twin}, which exists.`, { similar_to: twin });
    if (owner !== organization && names.length >= limits.pluginsPerNamespace) {
      throw quotaExceeded(`The namespace has ${names.length} plugins, and no more are allowed.`, { current_count: names.length, max_allowed: limits.pluginsPerNamespace });
    }
  }

  /** Forgets uploads that were never confirmed. */
  sweep(): void {
    this.host.store.run('DELETE FROM uploads WHERE answer IS NULL AND expires_at < ?', this.host.clock.now() - keptFor);
  }
}

function toRecord(row: Row): UploadRecord {
  return {
    uploadId: row.upload_id,
    owner: row.owner,
    name: row.name,
    version: row.version,
    description: row.description,
    declaredBytes: row.declared_bytes,
    declaredSha256: row.declared_sha256,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    actor: row.actor,
    sha256: row.sha256,
    bytes: row.bytes,
    answer: row.answer_status === null ? null : { status: row.answer_status, body: JSON.parse(row.answer ?? 'null') },
  };
}

/** The highest version there ever was, with the next patch number; `1.0.0` for a new name. */
function nextVersion(versions: readonly Pick<PluginRecord, 'version'>[]): string {
  const highest = versions.map(({ version }) => version.split('.').map(Number)).sort((a, b) => compare(b, a))[0];
  return highest === undefined ? '1.0.0' : [highest[0], highest[1], (highest[2] ?? 0) + 1].join('.');
}

function compare(a: number[], b: number[]): number {
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0);
}

/** Names that are taken for one another: they differ in case or underscores only, or in letters that look the same. */
function alike(a: string, b: string): boolean {
  const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
  const seen = (name: string): string => plain(name.replace(/[I1]/g, 'l').replaceAll('0', 'o'));
  return plain(a) === plain(b) || seen(a) === seen(b);
}

function taken({ pluginId, name, version, codeHash }: PluginRecord, next: string): Error {
  return conflict(`${name} ${version} exists already.`, { plugin_id: pluginId, code_hash: codeHash, next_version: next });
}

function buried({ pluginId, name, version, codeHash }: PluginRecord, next: string): Error {
  return conflict(`${name} ${version} was deleted; only the same bytes may come back under this version.`, { plugin_id: pluginId, code_hash: codeHash, deleted: true, next_version: next });
}
