/** Random sequences of uploads, checks and deletions, repeated requests among them, against a model of what must come of them. */
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { pythonPlugin, request, testHost, type TestHost } from './support.js';

let host: TestHost;
let space = 0;
beforeAll(async () => {
  host = await testHost({ noAuth: true });
});

const versions = ['1.0.0', '1.0.1'] as const;
/** Two archives of one version: the same name, other bytes. */
const archives = versions.map((version) => [pythonPlugin('modelled', version), pythonPlugin('modelled', version, [{ name: 'more.txt', data: 'x' }])] as const);

interface Model {
  /** Bytes of each version: which, and whether it is there. Versions stay when they are deleted. */
  known: Map<string, { bytes: number; there: boolean }>;
  /** Upload by Idempotency-Key. */
  created: Map<string, { id: string; version: string; url: string; received: number | null; answer: string | null }>;
}

interface Real {
  base: string;
}

class Create implements fc.AsyncCommand<Model, Real> {
  constructor(readonly key: string, readonly which: 0 | 1) {}
  check = () => true;
  async run(model: Model, { base }: Real): Promise<void> {
    const version = versions[this.which];
    const { status, body } = await host.call('POST', `${base}/uploads`, { body: { name: 'modelled', version }, headers: { 'idempotency-key': `${base} ${this.key}` } });
    const before = model.created.get(this.key);
    if (before !== undefined) {
      if (before.version === version && before.id === '') expect(status).toBe(409);
      else if (before.version === version) expect([status, body.upload_id]).toEqual([200, before.id]);
      else expect(status).toBe(422);
    } else if (model.known.get(version)?.there) {
      expect(status).toBe(409);
      // The refusal is the answer to this key from now on.
      model.created.set(this.key, { id: '', version, url: '', received: null, answer: null });
    } else {
      expect(status).toBe(200);
      model.created.set(this.key, { id: body.upload_id, version, url: body.presigned_url, received: null, answer: null });
    }
  }
  toString = () => `create(${this.key}, ${versions[this.which]})`;
}

class Put implements fc.AsyncCommand<Model, Real> {
  constructor(readonly key: string, readonly bytes: 0 | 1) {}
  check = (model: Readonly<Model>) => Boolean(model.created.get(this.key)?.id);
  async run(model: Model): Promise<void> {
    const upload = model.created.get(this.key) as NonNullable<ReturnType<Model['created']['get']>>;
    const archive = archives[versions.indexOf(upload.version as '1.0.0')]?.[this.bytes] as Buffer;
    const { status } = await request(upload.url, { method: 'PUT', body: new Uint8Array(archive) });
    expect(status).toBe(upload.received === null || upload.received === this.bytes ? 200 : 409);
    upload.received ??= this.bytes;
  }
  toString = () => `put(${this.key}, ${this.bytes})`;
}

class Confirm implements fc.AsyncCommand<Model, Real> {
  constructor(readonly key: string) {}
  check = (model: Readonly<Model>) => Boolean(model.created.get(this.key)?.id);
  async run(model: Model, { base }: Real): Promise<void> {
    const upload = model.created.get(this.key) as NonNullable<ReturnType<Model['created']['get']>>;
    const { status, body } = await host.call('POST', `${base}/uploads/${upload.id}/confirm`);
    const text = JSON.stringify([status, body]);
    if (upload.answer !== null) return expect(text).toBe(upload.answer);
    if (upload.received === null) return expect(status).toBe(404);
    const known = model.known.get(upload.version);
    const isFree = known === undefined || (!known.there && known.bytes === upload.received);
    expect(status).toBe(isFree ? 200 : 409);
    if (isFree) model.known.set(upload.version, { bytes: upload.received, there: true });
    upload.answer = text;
  }
  toString = () => `confirm(${this.key})`;
}

class Delete implements fc.AsyncCommand<Model, Real> {
  constructor(readonly which: 0 | 1) {}
  check = () => true;
  async run(model: Model, { base }: Real): Promise<void> {
    const version = versions[this.which];
    const known = model.known.get(version);
    const { status } = await host.call('DELETE', `${base}/modelled_${version.replaceAll('.', '_')}`);
    expect(status).toBe(known?.there ? 200 : 404);
    if (known) known.there = false;
  }
  toString = () => `delete(${versions[this.which]})`;
}

class List implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  async run(model: Model, { base }: Real): Promise<void> {
    const { body } = await host.call('GET', base);
    expect(body.plugins.map((each: any) => each.version).sort()).toEqual([...model.known].filter(([, { there }]) => there).map(([version]) => version).sort());
  }
  toString = () => 'list';
}

it('does what the model does', { timeout: 60_000 }, async () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const one = fc.constantFrom(0 as const, 1 as const);
  const commands = fc.commands([fc.tuple(key, one).map(([k, w]) => new Create(k, w)), fc.tuple(key, one).map(([k, b]) => new Put(k, b)), key.map((k) => new Confirm(k)), one.map((w) => new Delete(w)), fc.constant(new List())], { maxCommands: 40 });
  await fc.assert(
    fc.asyncProperty(commands, async (given) => {
      const { body } = await host.call('POST', '/v1/namespaces', { body: { namespace_name: `model_${(space += 1)}` } });
      await fc.asyncModelRun(() => ({ model: { known: new Map(), created: new Map() } as Model, real: { base: `/v1/namespaces/${body.namespace_id}/plugins` } }), given);
    }),
    { numRuns: Number(process.env['PLUGSMITH_MODEL_RUNS'] ?? 25), seed: 11 },
  );
});
