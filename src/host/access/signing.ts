/** URLs that need no key: an HMAC over everything they allow. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { killPoint } from '../kill-points.js';
import { readKeyFile, writeKeyFile } from './files.js';

/** What a signed URL allows. All of it is signed. */
export interface Grant {
  method: 'PUT' | 'GET';
  /** An upload's id, or for downloads the archive's sha256. */
  subject: string;
  /** Namespace or organization that it was made for. */
  owner: string;
  /** Milliseconds since 1970; checked when the request starts. */
  expires: number;
  /** Most bytes that may be sent; 0 for downloads. */
  limit: number;
  /** Exact length, where the client gave one. */
  length?: number | undefined;
  /** sha256 of the body, where the client gave one. */
  sha256?: string | undefined;
}

interface SigningKey {
  id: string;
  key: string;
  /** Milliseconds since 1970. */
  since: number;
}

/** With two live keys, URLs from before a rotation stay good until the next one. */
export class Signer {
  private keys: SigningKey[];
  private readonly file: string;

  /** @param now milliseconds since 1970 */
  constructor(folder: string, now: number) {
    this.file = join(folder, 'signing.json');
    const text = readKeyFile(this.file);
    this.keys = text === undefined ? [] : (JSON.parse(text) as SigningKey[]);
    if (this.keys.length === 0) this.rotate(now);
  }

  /** Signs with a new key from now on. */
  rotate(now: number): void {
    const key = { id: randomBytes(4).toString('hex'), key: randomBytes(32).toString('base64'), since: now };
    const keys = [key, ...this.keys].slice(0, 2);
    writeKeyFile(this.file, JSON.stringify(keys));
    killPoint('key.rotated');
    this.keys = keys;
  }

  /** Rotates where the present key is older, or from a time that is not to come for as long. */
  rotateAfter(life: number, now: number): void {
    if (Math.abs(now - (this.keys[0]?.since ?? 0)) > life) this.rotate(now);
  }

  /** The query of a signed URL. */
  sign(grant: Grant): string {
    const [key] = this.keys as [SigningKey];
    const query = new URLSearchParams({ owner: grant.owner, expires: String(grant.expires), limit: String(grant.limit) });
    if (grant.length !== undefined) query.set('length', String(grant.length));
    if (grant.sha256 !== undefined) query.set('sha256', grant.sha256);
    query.set('key', key.id);
    query.set('signature', mac(key, grant));
    return query.toString();
  }

  /** What the query allows, or undefined where it was not signed by us for this method and subject. Does not look at the clock. */
  verify(method: Grant['method'], subject: string, query: Readonly<Record<string, string | undefined>>): Grant | undefined {
    const key = this.keys.find(({ id }) => id === query['key']);
    const { owner, expires, limit, length, sha256, signature } = query;
    if (!key || owner === undefined || signature === undefined || !isNumber(expires) || !isNumber(limit) || (length !== undefined && !isNumber(length))) return undefined;
    const grant: Grant = { method, subject, owner, expires: Number(expires), limit: Number(limit), ...(length === undefined ? {} : { length: Number(length) }), ...(sha256 === undefined ? {} : { sha256 }) };
    const given = Buffer.from(signature);
    const expected = Buffer.from(mac(key, grant));
    return given.length === expected.length && timingSafeEqual(given, expected) ? grant : undefined;
  }

  /** Why `verify` gave nothing, for whoever has to find out. */
  explain(query: Readonly<Record<string, string | undefined>>): string {
    const isOurs = this.keys.some(({ id }) => id === query['key']);
    return `The URL is not one that this host signed: ${isOurs ? 'it was changed on the way' : 'its key is that of another host, or was replaced twice since'}.`;
  }
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^(0|[1-9]\d{0,15})$/.test(text);
}

/** A list, so that no value can slide into its neighbour. */
function mac({ id, key }: SigningKey, { method, subject, owner, expires, limit, length, sha256 }: Grant): string {
  const signed = [id, method, subject, owner, expires, limit, length ?? null, sha256 ?? null];
  return createHmac('sha256', Buffer.from(key, 'base64')).update(JSON.stringify(signed)).digest('hex');
}
