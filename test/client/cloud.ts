/** A server that answers as the service and its front doors do, each route as the test says. No logic of a host in it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, createHttp, Host } from '../../src/client/index.js';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** A status and JSON; a status and text; or whatever a function does with the response. */
export type Reply = [status: number, body: unknown, headers?: Record<string, string>] | ((response: ServerResponse, seen: Seen) => void);

/** By `METHOD /path` without `/v1`; a list is used up, its last reply stays. A path may end in `*`. */
export type Routes = Record<string, Reply | Reply[]>;

export interface Cloud {
  url: string;
  seen: Seen[];
  host: Host;
  /** What the client waited for, milliseconds. Time passes only by waiting. */
  waits: number[];
  trace: string[];
  close(): Promise<void>;
}

export const KEY = 'sk_canary_0123456789';

/** What FastAPI says of a route that it does not have. */
export const NOT_FOUND: Reply = [404, { detail: 'Not Found' }];

/** Starts it on a free port, and a client that knows only time spent waiting. */
export async function cloud(routes: Routes): Promise<Cloud> {
  const seen: Seen[] = [];
  const left = new Map(Object.entries(routes).map(([route, reply]) => [route, isList(reply) ? [...reply] : [reply]]));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cloud');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const one: Seen = { method: request.method ?? '', path: url.pathname.replace(/^\/v1/, ''), query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks) };
      seen.push(one);
      answer(response, one, replyFor(left, one));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  const trace: string[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
    random: () => 0.5,
  };
  const host = new Host(createHttp({ baseUrl: url, apiKey: KEY, userAgent: 'plugsmith/test' }, { clock, onTrace: (line) => trace.push(line) }), 'ns_1');
  return {
    url, seen, host, waits, trace,
    async close() {
      await host.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** An answer that ends in the middle. */
export const cut: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"plugins": [', () => response.destroy());
};

/** No answer at all. */
export const dropped: Reply = (response) => response.destroy();

function replyFor(left: Map<string, Reply[]>, { method, path }: Seen): Reply {
  const exact = left.get(`${method} ${path}`) ?? [...left].find(([route]) => route.endsWith('*') && `${method} ${path}`.startsWith(route.slice(0, -1)))?.[1];
  if (exact === undefined) return NOT_FOUND;
  return (exact.length > 1 ? exact.shift() : exact[0]) ?? NOT_FOUND;
}

function answer(response: ServerResponse, seen: Seen, reply: Reply): void {
  if (typeof reply === 'function') return reply(response, seen);
  const [status, body, headers = {}] = reply;
  const json = typeof body !== 'string';
  response.writeHead(status, { 'content-type': json ? 'application/json' : 'text/html', ...headers });
  response.end(json ? JSON.stringify(body) : body);
}

function isList(reply: Reply | Reply[]): reply is Reply[] {
  return Array.isArray(reply) && typeof reply[0] !== 'number';
}
