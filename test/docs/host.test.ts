import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { archiveCases } from '../archive/unpack/cases.js';
import { testHost } from '../host/support.js';

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

it('the page of the API lists every route with its scope', async () => {
  const host = await testHost({ noAuth: true });
  const { paths } = (await host.call('GET', '/openapi.json')).body as { paths: Record<string, Record<string, { summary: string; 'x-scope': string }>> };
  const routes = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, { summary, 'x-scope': scope }]) => `| \`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}\` | ${scope} | ${summary} |`));
  const written = page('host-api.md').split('\n').filter((line) => /^\| `[A-Z]+ \//.test(line));
  expect(written.sort()).toEqual(routes.sort());
});

it('the page of the host names every way in which an archive is refused', () => {
  const text = page('host.md');
  const folder = join(import.meta.dirname, '../../src/archive/unpack');
  const inCode = readdirSync(folder).flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/refuse\('([a-z0-9-]+)'/g)].map(([, code]) => code as string));
  const codes = new Set([...inCode, ...archiveCases.map((each) => each.expect).filter((code) => code !== 'accept')]);
  expect([...codes].filter((code) => !text.includes(`\`archive-${code}\``))).toEqual([]);
});
