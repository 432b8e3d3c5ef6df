/** Every family of archives, through the wire: refused with a code of its own and an unchanged folder, or accepted. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { archiveCases } from '../archive/unpack/cases.js';
import { publish, testHost, type TestHost } from './support.js';

let host: TestHost;
beforeAll(async () => {
  host = await testHost({ noAuth: true });
});

/** Every path in the folder, besides the database's own files and what lies in it. */
function disk(): string[] {
  return readdirSync(host.folder, { recursive: true }).map(String).filter((path) => !path.startsWith('host.db')).sort();
}

const refused = archiveCases.filter((each) => each.expect !== 'accept');
const families = [...new Set(refused.map((each) => each.family))];

it.each(families)('refuses the family: %s', { timeout: 60_000 }, async (family) => {
  for (const each of refused.filter((other) => other.family === family)) {
    const before = disk();
    const { status, body } = await publish(host, each.bytes(), 'case_plugin');
    // Nothing to unpack is refused when it arrives.
    const expected = each.name === 'empty' ? [400, 'empty'] : [400, `archive-${each.expect}`];
    expect([each.name, status, body.error.details.code]).toEqual([each.name, ...expected]);
    expect(disk()).toEqual(before);
    expect((await host.call('GET', '/v1/namespaces/default/plugins')).body.total).toBe(0);
  }
});

it('accepts all good kinds', { timeout: 60_000 }, async () => {
  const good = archiveCases.filter((each) => each.expect === 'accept');
  expect(good.length).toBeGreaterThan(10);
  for (const [i, each] of good.entries()) {
    const { body: space } = await host.call('POST', '/v1/namespaces', { body: { namespace_name: `case_${i}` } });
    const { status, body } = await publish(host, each.bytes(), 'case_plugin', '1.0.0', `/v1/namespaces/${space.namespace_id}`);
    expect([each.name, status, body.validation_status]).toEqual([each.name, 200, 'passed']);
    expect(readdirSync(join(host.folder, 'trees', body.code_hash, 'case_plugin'))).toContain('manifest.py');
  }
});
