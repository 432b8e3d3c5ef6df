/**
 * A host that is killed at any moment, over and over, at work or while it starts: uploads, deletions, deploys, undeploys,
 * rollbacks and calls against a model of what it acknowledged. As many kills as PLUGSMITH_RANDOM_KILLS says, 3 unless told;
 * what is done depends on PLUGSMITH_SEED only, the moments of the kills on the machine as well.
 */
import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childHost, removeChildHosts, workersOf, type ChildHost } from './deployments/child.js';
import { give, infer, plugins, quick, tsPlugin, until, versionOf } from './deployments/support.js';
import { checkFolder } from './folder.js';
import { request, tempFolder, testHost, type Reply, type TestHost } from './support.js';

const rounds = Number(process.env['PLUGSMITH_RANDOM_KILLS'] ?? 3);
let seed = Number(process.env['PLUGSMITH_SEED'] ?? 1);
const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

const options = { noAuth: true, sandbox: 'off', limits: { pluginsPerNamespace: 1_000_000 }, deployments: { ...quick, healthyWithin: 60_000, drain: 500 } } as const;
const versions = ['1.0.0', '1.0.1', '1.0.2'];
const idOf = (version: string): string => `my_extractor_${version.replaceAll('.', '_')}`;

let prepared: string;
beforeAll(async () => {
  prepared = join(tempFolder(), 'state');
  const host = await testHost({ folder: prepared, ...options });
  for (const version of versions) await give(host, { version });
  await host.host.close();
});

const started: ChildHost[] = [];
afterAll(() => {
  for (const { process: child } of started) child.kill('SIGKILL');
  removeChildHosts();
});

type Known<T> = T | 'unknown';
/** What the host said, and so must hold. */
const model = {
  there: new Map<string, Known<boolean>>(),
  up: new Map<string, Known<boolean>>(versions.map((version) => [version, false])),
  /** The version that the name points to. */
  active: null as Known<string | null>,
};

/** One thing to do, with what holds when it was acknowledged. Doing it again under its key does no harm. */
interface Step {
  begun(): void;
  run(host: ChildHost): Promise<void>;
  done(): void;
}

let steps = 0;
const keyed = (): Record<string, string> => ({ 'idempotency-key': `step ${(steps += 1)}` });
const asTest = (host: ChildHost): TestHost => host as unknown as TestHost;

async function answered(reply: Promise<Reply>, ...codes: number[]): Promise<Reply> {
  const got = await reply;
  if (!codes.includes(got.status)) throw new Error(`refused: ${got.status} ${JSON.stringify(got.body)}`);
  return got;
}

function release(name: string): Step {
  const headers = keyed();
  let upload: string | undefined;
  return {
    begun: () => model.there.set(name, 'unknown'),
    done: () => model.there.set(name, true),
    run: async (host) => {
      const { body } = await answered(host.call('POST', `${plugins}/uploads`, { body: { name, version: '1.0.0' }, headers }), 200);
      // What was acknowledged before a kill is what a repetition is told.
      expect(body.upload_id).toBe((upload ??= body.upload_id));
      await answered(request(body.presigned_url.replace(/^http:\/\/[^/]+/, host.url), { method: 'PUT', body: new Uint8Array(tsPlugin({ name, realtime: false })) }), 200);
      await answered(host.call('POST', `${plugins}/uploads/${body.upload_id}/confirm`), 200);
    },
  };
}

function remove(name: string): Step {
  const headers = keyed();
  return {
    begun: () => model.there.set(name, 'unknown'),
    done: () => model.there.set(name, false),
    run: async (host) => void (await answered(host.call('DELETE', `${plugins}/${name}_1_0_0`, { headers }), 200, 404)),
  };
}

/** A deploy or a rollback: both end with a name that points to the version. */
function point(version: string, how: 'deploy' | 'rollback'): Step {
  const headers = keyed();
  const both = (up: Known<boolean>, active: Known<string>) => (): void => {
    model.up.set(version, up);
    model.active = active;
  };
  return {
    begun: both('unknown', 'unknown'),
    done: both(true, version),
    run: async (host) => {
      if (how === 'deploy') await answered(host.call('POST', `${plugins}/${idOf(version)}/deploy`, { headers }), 200);
      else await answered(host.call('POST', `${plugins}/by-name/my_extractor/rollback`, { body: { version }, headers }), 200);
    },
  };
}

function undeploy(version: string): Step {
  const headers = keyed();
  return {
    begun: () => {
      model.up.set(version, 'unknown');
      // Whether its own deploy had moved the name already is a matter of moments.
      if (model.active === version) model.active = 'unknown';
    },
    done: () => void model.up.set(version, false),
    run: async (host) => void (await answered(host.call('POST', `${plugins}/${idOf(version)}/undeploy`, { headers }), 200, 409)),
  };
}

function next(round: number, i: number): Step | undefined {
  const chance = random();
  const up = versions.filter((version) => model.up.get(version) === true);
  const there = [...model.there].filter(([, state]) => state === true).map(([name]) => name);
  const [any, upOne, old] = [oneOf(versions) as string, oneOf(up), oneOf(there)];
  if (chance < 0.3) return release(`plugin_${round}_${'abcdefghijklmnopqrstuvwxyz'[i % 26] as string}${'abcdef'[Math.floor(i / 26)] as string}`);
  if (chance < 0.55) return old === undefined ? undefined : remove(old);
  if (chance < 0.75) return point(any, 'deploy');
  if (chance < 0.85) return upOne === undefined ? undefined : undeploy(upOne);
  return chance < 0.95 ? point(any, 'rollback') : { begun: () => undefined, done: () => undefined, run: async (host) => void (await infer(asTest(host), 'my_extractor')) };
}

interface Status {
  status: string;
  active: boolean;
}

/** Compares the host with the model when nothing is on its way, and learns what was unknown. */
async function check(host: ChildHost, folder: string): Promise<void> {
  const ask = async (): Promise<Status[]> => Promise.all(versions.map(async (version) => (await host.call('GET', `${plugins}/${idOf(version)}/status`)).body as Status));
  await until(ask, (all) => all.every(({ status }) => ['DEPLOYED', 'NOT_DEPLOYED', 'FAILED'].includes(status)), 300_000);
  // Once more: the answers above may be from before and after the last move.
  const settled = await ask();
  for (const [i, version] of versions.entries()) {
    const isUp = settled[i]?.status === 'DEPLOYED';
    if (model.up.get(version) !== 'unknown') expect([version, isUp]).toEqual([version, model.up.get(version)]);
    model.up.set(version, isUp);
    // What runs is what was uploaded under this version, whoever changed the files meanwhile.
    if (isUp) expect(await until(() => versionOf(asTest(host), idOf(version)), (answer) => answer !== 503)).toBe(version);
  }
  const actives = versions.filter((_, i) => settled[i]?.active);
  expect(actives.length).toBeLessThan(2);
  const [active = null] = actives;
  if (model.active !== 'unknown') expect(active).toBe(model.active);
  model.active = active;
  expect(await until(() => versionOf(asTest(host)), (answer) => answer !== 503)).toBe(active ?? 404);
  const found = (await answered(host.call('GET', plugins), 200)).body.plugins.map((each: { name: string }) => each.name) as string[];
  for (const [name, state] of model.there) {
    if (state !== 'unknown') expect([name, found.includes(name)]).toEqual([name, state]);
    model.there.set(name, found.includes(name));
  }
  await expect.poll(() => readdirSync(join(folder, 'staging'))).toEqual([]);
  await checkFolder(folder);
}

async function start(folder: string, killAt?: string): Promise<ChildHost> {
  const host = await childHost({ folder, ...options }, killAt);
  started.push(host);
  return host;
}

async function kill(host: ChildHost, folder: string): Promise<void> {
  host.process.kill('SIGKILL');
  await host.ended;
  started.splice(started.indexOf(host), 1);
  await until(() => workersOf(folder), (left) => left.length === 0);
}

/** Something that nobody may do: the host has to see it before it runs anything. */
function tamper(folder: string): void {
  const trees = readdirSync(join(folder, 'trees'));
  const tree = join(folder, 'trees', oneOf(trees) as string);
  const [plugin] = readdirSync(tree);
  appendFileSync(join(tree, plugin as string, 'dist', 'plugin.mjs'), '\nprocess.exit(1);\n');
}

it.skipIf(process.platform !== 'linux')(`keeps what it acknowledged through ${rounds} random kills`, { timeout: 60_000 + rounds * 20_000 }, async () => {
  const folder = join(tempFolder(), 'state');
  cpSync(prepared, folder, { recursive: true });
  let cutOff: Step | undefined;
  for (let round = 0; round < rounds; round += 1) {
    if (random() < 0.3) tamper(folder);
    if (random() < 0.2) await start(folder, oneOf(['recovery.staging', 'recovery.records', 'recovery.garbage', 'recovery.checkpoint'])).catch((error: Error) => expect(error.message).toContain('SIGKILL'));
    const host = await start(folder);
    // Sometimes the next kill comes while it is still bringing back what was up.
    if (round === rounds - 1 || random() < 0.75) {
      await cutOff?.run(host);
      cutOff?.done();
      await check(host, folder);
    }
    const timer = setTimeout(() => host.process.kill('SIGKILL'), 20 + random() * 1200);
    try {
      for (let i = 0; i < 150; i += 1) {
        cutOff = next(round, i);
        cutOff?.begun();
        await cutOff?.run(host);
        cutOff?.done();
        cutOff = undefined;
      }
    } catch (error) {
      // The request that was cut off: nobody knows yet what came of it.
      if (!/fetch failed|terminated|ECONN|other side closed/.test(String(error))) throw error;
    }
    clearTimeout(timer);
    await kill(host, folder);
  }
});
