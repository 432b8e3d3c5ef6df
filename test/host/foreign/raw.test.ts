/** Bytes that no client library sends. Each is refused in the host's own words, leaves nothing behind, and the host lives on. */
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { testHost, type TestHost } from '../support.js';

let host: TestHost;
beforeAll(async () => {
  host = await testHost();
});

const plugins = '/v1/namespaces/default/plugins';
const form = { 'Content-Type': 'multipart/form-data; boundary=x' };
const file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nabc';

interface Case {
  name: string;
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  status: number;
  type: string;
}

const cases: Case[] = [
  { name: 'an address with a broken escape', path: '/v1/namespaces/%zz', status: 400, type: 'BadRequestError' },
  { name: 'an address that is no text', path: '/v1/namespaces/%E0%A4%A/plugins', status: 400, type: 'BadRequestError' },
  { name: 'a name that is far too long', path: `/v1/namespaces/${'a'.repeat(5000)}`, status: 414, type: 'BadRequestError' },
  { name: 'a name with a zero byte', path: '/v1/namespaces/default%00', status: 404, type: 'NotFoundError' },
  { name: 'a form that ends inside its file', method: 'POST', path: plugins, headers: form, body: file, status: 400, type: 'BadRequestError' },
  { name: 'a form that ends inside the head of its file', method: 'POST', path: plugins, headers: form, body: file.slice(0, 30), status: 400, type: 'BadRequestError' },
  { name: 'a form with many files', method: 'POST', path: plugins, headers: form, body: `${`${file}\r\n`.repeat(40)}--x--\r\n`, status: 422, type: 'ValidationError' },
  { name: 'a form of nothing', method: 'POST', path: plugins, headers: form, body: '--x--\r\n', status: 422, type: 'ValidationError' },
  { name: 'a form without its type', method: 'POST', path: plugins, body: file, status: 400, type: 'BadRequestError' },
  { name: 'JSON that opens 200,000 lists', method: 'POST', path: '/v1/inference', body: '['.repeat(200_000), status: 400, type: 'BadRequestError' },
  { name: 'a secret whose name is half a character', method: 'POST', path: '/v1/organizations/secrets', body: '{"secret_name": "a\\ud800", "secret_value": "x"}', status: 422, type: 'ValidationError' },
  { name: 'a call with next to no time', method: 'POST', path: '/v1/inference', body: '{"inference_name": "x", "inputs": {}, "timeout_seconds": 5e-324}', status: 422, type: 'ValidationError' },
];

it.each(cases)('$name', async ({ method = 'GET', path, headers = {}, body = '', status, type }) => {
  const given = { Host: 'localhost', Connection: 'close', Authorization: `Bearer ${host.key}`, 'Content-Length': String(Buffer.byteLength(body)), ...headers };
  const head = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
  const reply = await raw(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
  expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(reply.slice(reply.indexOf('\r\n\r\n')))).toMatchObject({ success: false, status, error: { type, message: expect.stringMatching(/./) } });
  expect((await host.call('GET', '/v1/health')).status).toBe(200);
  expect(readdirSync(join(host.folder, 'staging'))).toEqual([]);
  expect(host.events.filter(({ level }) => level === 'error')).toEqual([]);
});

/** Sends bytes as they are; the whole answer. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(host.host.url);
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString())).on('error', fail).on('close', () => done(answer));
  });
}
