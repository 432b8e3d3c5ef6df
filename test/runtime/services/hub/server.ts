/** A hub on a free loopback port: models with commits, small files inline, large ones on an address of their own. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMITS = ['a'.repeat(40), 'b'.repeat(40)] as const;
export const TOKEN = 'hf_secretsecretsecret';

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
export const gitSha1 = (content: Buffer): string => createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

export interface Asked {
  method: string;
  url: string;
  authorization: string | undefined;
  range: string | undefined;
}

/** What the hub does that is not as it should be. */
export interface Troubles {
  /** Status of the next requests for metadata, one each. */
  statuses?: number[];
  /** The connection of a download breaks after so many bytes, so many times. */
  cutAfter?: number;
  cuts?: number;
  /** Parts are not served: a download begins anew. */
  noRanges?: boolean;
  /** So many downloads have a byte changed. */
  damaged?: number;
  /** A download stands still after its first bytes. */
  silent?: boolean;
  /** A download of this content stands still after so many bytes. */
  holdAfter?: { etag: string; bytes: number } | undefined;
  /** Answers without the hub's own headers. */
  plain?: boolean;
}

/** Files over this size lie on another address. */
const LARGE = 1000;

export async function startHub(files: Record<string, Buffer>) {
  const asked: Asked[] = [];
  const troubles: Troubles = {};
  let head: string = COMMITS[0];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, authorization: headers.authorization, range: headers.range });
    if (url.startsWith('/cdn/')) return send(Object.values(files).find((content) => sha256(content) === url.slice(5, 69)) as Buffer, request, response, troubles);
    const [, repo = '', revision = '', file = ''] = (/^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(url) ?? []).map(decodeURIComponent);
    const refuse = (status: number, code: string): void => void response.writeHead(status, { 'x-error-code': code, 'x-error-message': code, ...(code === 'EntryNotFound' && { 'x-repo-commit': head }) }).end();
    const status = troubles.statuses?.shift();
    if (status !== undefined) return void response.writeHead(status, { 'retry-after': '1' }).end();
    if (repo === 'old/name') return void response.writeHead(307, { location: url.replace('old/name', 'org/model') }).end();
    if (repo === 'org/gated' && headers.authorization !== `Bearer ${TOKEN}`) return refuse(headers.authorization === undefined ? 401 : 403, 'GatedRepo');
    if (repo === 'org/private' && headers.authorization !== `Bearer ${TOKEN}`) return refuse(401, 'RepoNotFound');
    if (!['org/model', 'org/gated', 'org/private', 'single'].includes(repo)) return refuse(404, 'RepoNotFound');
    const commit = ['main', 'v1', 'refs/pr/1'].includes(revision) ? head : revision;
    if (!(COMMITS as readonly string[]).includes(commit)) return refuse(404, 'RevisionNotFound');
    const content = files[file];
    if (content === undefined) return refuse(404, 'EntryNotFound');
    if (troubles.plain === true) return void response.writeHead(200, { 'content-length': content.length }).end(method === 'HEAD' ? undefined : content);
    if (content.length <= LARGE) {
      response.writeHead(200, { 'x-repo-commit': commit, etag: `"${gitSha1(content)}"`, 'content-length': content.length });
      return void response.end(method === 'HEAD' ? undefined : content);
    }
    // On another name of the same machine, so that it is another origin, as in life.
    response.writeHead(302, { 'x-repo-commit': commit, 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': content.length, etag: '"of-the-pointer"', location: `http://localhost:${port()}/cdn/${sha256(content)}?signed=1` }).end();
  });
  await new Promise<void>((done) => server.listen(0, done));
  const port = (): number => (server.address() as AddressInfo).port;
  return {
    endpoint: `http://127.0.0.1:${port()}`,
    asked,
    troubles,
    /** From now on `main` is the other commit. */
    move: () => (head = COMMITS[1]),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function send(content: Buffer, { headers }: IncomingMessage, response: ServerResponse, troubles: Troubles): void {
  const from = troubles.noRanges === true ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= content.length) return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  const part = Buffer.from(content.subarray(from));
  if ((troubles.damaged ?? 0) > 0) {
    troubles.damaged = (troubles.damaged as number) - 1;
    part[0] = (part[0] as number) ^ 1;
  }
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length, ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }) });
  const held = troubles.holdAfter?.etag === sha256(content) ? troubles.holdAfter.bytes : null;
  if (held !== null) response.write(part.subarray(0, held));
  else if (troubles.silent === true) response.write(part.subarray(0, 10));
  else if ((troubles.cuts ?? 0) > 0) {
    troubles.cuts = (troubles.cuts as number) - 1;
    response.write(part.subarray(0, troubles.cutAfter), () => response.destroy());
  } else response.end(part);
}
