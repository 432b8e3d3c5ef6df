/**
 * The disk fails: the Nth sync, write or rename of the host gives an error. It may refuse, it may end; what it acknowledged
 * must be there when it starts again on a disk that works.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { childHost, removeChildHosts } from './deployments/child.js';
import { tsPlugin } from './deployments/support.js';
import { publish, tempFolder, testHost, type TestHost } from './support.js';

afterAll(removeChildHosts);

const isTraceable = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true']).status === 0;
const options = { noAuth: true, sandbox: 'off' } as const;

/**
 * Calls that fail, counted in each thread: `4` is the fourth alone, `4+` all from then on. PLUGSMITH_FAULTS tries each of
 * so many, in both ways.
 */
const many = Number(process.env['PLUGSMITH_FAULTS'] ?? 0);
const tried = many === 0 ? ['1+', '4+', '3'] : Array.from({ length: many }, (_, i) => [`${i + 1}`, `${i + 1}+`]).flat();
const kinds = [
  ['fsync,fdatasync', 'EIO'],
  ['rename', 'EIO'],
  ['pwrite64', 'ENOSPC'],
  ...(many === 0 ? [] : ([['writev,pwritev', 'ENOSPC'], ['ftruncate', 'EIO'], ['mkdir,rmdir,unlink', 'EIO']] as const)),
] as const;

/** It may have ended by itself, with strace about to. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}

describe.skipIf(!isTraceable)('with strace', () => {
  for (const [calls, error] of kinds) {
    it.each(tried)(`${calls} gives ${error} at call %s`, { timeout: 180_000 }, async (when) => {
      const folder = join(tempFolder(), 'state');
      const first = await testHost({ folder, ...options });
      expect((await publish(first, tsPlugin({ name: 'before_it' }), 'before_it')).status).toBe(200);
      await first.host.close();

      const acknowledged = new Set(['before_it']);
      const under = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${when}`];
      const host = await childHost({ folder, ...options }, undefined, undefined, under).catch((reason: unknown) => {
        expect(String(reason)).toContain('the host ended with 1 before it listened');
        return null;
      });
      for (const name of ['while_a', 'while_b', 'while_c']) {
        const reply = host && (await publish(host as unknown as TestHost, tsPlugin({ name }), name).catch(() => null));
        if (reply?.status === 200) acknowledged.add(name);
        else if (reply) expect([500, 503, 507]).toContain(reply.status);
      }
      // Killing strace would leave the host behind.
      if (host?.process.exitCode === null) killIfThere((JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')) as { pid: number }).pid);
      await host?.ended;

      const again = await testHost({ folder, ...options });
      const found = (await again.call('GET', '/v1/namespaces/default/plugins')).body.plugins.map((each: any) => each.name);
      expect(found).toEqual(expect.arrayContaining([...acknowledged]));
      expect(readdirSync(join(folder, 'staging'))).toEqual([]);
      expect((await publish(again, tsPlugin({ name: 'after_it' }), 'after_it')).status).toBe(200);
      await again.host.close();
    });
  }

  it('ends by itself where a sync fails', { timeout: 60_000 }, async () => {
    const folder = join(tempFolder(), 'state');
    await (await testHost({ folder, ...options })).host.close();
    const host = await childHost({ folder, ...options }, undefined, undefined, ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=12+']);
    for (let i = 0; i < 30 && host.process.exitCode === null; i += 1) await host.call('POST', '/v1/namespaces', { body: { namespace_name: `space_${i}` } }).catch(() => null);
    expect(await host.ended).toBe(1);
  });
});
