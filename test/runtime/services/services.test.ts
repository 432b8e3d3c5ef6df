import { afterEach, describe, expect, it } from 'vitest';
import { createServices, readSecrets, type Services } from '../../../src/runtime/services/index.js';

let services: Services;
afterEach(() => services.close());

async function start(secrets: string[]) {
  services = createServices({ root: '/nowhere', profile: 'trusted', secrets: await readSecrets({ secrets, env: {} }), env: {} });
}

describe('handle', () => {
  it('answers for secrets', async () => {
    await start(['B=2', 'A=1']);
    expect(await services.handle('secret', { name: 'A' })).toBe('1');
    expect(await services.handle('secrets', {})).toEqual(['A', 'B']);
  });

  it.each([
    ['secret-missing', 'secret', { name: 'C' }],
    ['secret-missing', 'secret', { name: 'constructor' }],
    ['bad-request', 'secret', {}],
    ['bad-request', 'asset', { url: 7 }],
    ['asset-scheme', 'asset', { url: 'gs://bucket/key', suffix: '' }],
    ['native-unknown', 'native', { name: 'left-pad' }],
    ['unknown-method', 'toString', {}],
  ])('refuses with %s: %s %j', async (code, method, params) => {
    await start(['A=1']);
    await expect(services.handle(method, params)).rejects.toMatchObject({ name: 'Failure', code });
  });

  it('counts', async () => {
    await start([]);
    await services.handle('llm', { instruction: 'x' }).catch(() => undefined);
    expect(services.stats()).toMatchObject({ llm: { calls: 1, failures: 1 }, assets: { downloads: 0 } });
  });
});
