/** Looking closer: some of the steps, a debugger, and what calls would cost. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'undici';
import { install, plugin } from './harness.js';
import { PATIENCE_MS } from './suite.js';

const place = mkdtempSync(join(tmpdir(), 'plugsmith-looking-'));
afterAll(() => rmSync(place, { recursive: true }));

const FILES = {
  'manifest.ts': `import { defineManifest, z } from 'plugsmith/manifest';
export default defineManifest({ feature_extractor_name: 'looking', version: '1.0.0', input_schema: z.object({ text: z.string() }), output_schema: z.object({ first: z.string(), vector: z.array(z.number()).length(2) }),
  features: [{ feature_type: 'embedding', feature_name: 'vector', embedding_dim: 2, distance_metric: 'cosine' }] });\n`,
  'pipeline.ts': `import { buildPipelineSteps, ResourceType, type Batch } from 'plugsmith';
class Shout { process(batch: Batch) { return batch.withColumn('first', batch.column<string>('data').toArray().map((text) => text.toUpperCase())); } }
class Call { process(batch: Batch) { return batch.withColumn('vector', batch.column<string>('first').toArray().map((text) => Float32Array.of(text.length, 1))); } }
export const buildSteps = () => ({ steps: buildPipelineSteps({ name: 'looking', version: '1.0.0', steps: [{ serviceClass: Shout, resourceType: ResourceType.CPU }, { serviceClass: Call, resourceType: ResourceType.API }] }) });\n`,
  'few.jsonl': '{"text":"a"}\n{"text":"bb"}\n',
  'many.jsonl': Array.from({ length: 1001 }, (_, i) => `{"text":"row ${i}"}\n`).join(''),
};
beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), text);
  }
  await install();
}, 3 * PATIENCE_MS);

async function run(...args: string[]) {
  const { code, stdout, stderr } = await plugin(['run', ...args, '--json'], { cwd: place });
  return { code, stderr, ...(JSON.parse(stdout) as { error?: { code: string; next: string; message: string }; status?: string; run?: string; rows?: { out: number; failed: number }; steps?: { name: string }[]; features?: object; samples?: object[] }) };
}

describe('--step', () => {
  it('runs the steps up to it; what later ones write is not missed', async () => {
    const { code, status, steps, features, samples } = await run('--input', 'few.jsonl', '--step', 'Shout', '--show');
    expect([code, status, steps?.map((step) => step.name), features]).toEqual([0, 'succeeded', ['Shout'], {}]);
    expect(samples).toMatchObject([{ first: 'A' }, { first: 'BB' }]);
  });
  it('names the steps there are', async () => {
    const { code, error } = await run('--input', 'few.jsonl', '--step', 'shout');
    expect([code, error?.code, error?.next]).toEqual([2, 'no-step', 'Steps: Shout, Call.']);
  });
});

it('without --input, names the samples', async () => {
  const { code, error } = await run();
  expect([code, error?.next]).toEqual([2, 'Give a file with --input FILE, or - for standard input.']);
  mkdirSync(join(place, 'samples'));
  writeFileSync(join(place, 'samples', 'words.jsonl'), '{"text":"a"}\n');
  expect((await run()).error?.next).toBe('Try the samples: plugin run --input samples/words.jsonl');
});

it('--failed, of rows that could not be read at all, says to mend the input', async () => {
  mkdirSync(join(place, 'texts'));
  symlinkSync('nowhere', join(place, 'texts', 'dangling'));
  writeFileSync(join(place, 'texts', 'a.txt'), 'a');
  const first = await run('--input', 'texts');
  expect([first.code, first.rows]).toMatchObject([1, { out: 1, failed: 1 }]);
  const again = await run('--failed', first.run as string);
  expect([again.code, again.error?.code, again.error?.next]).toEqual([2, 'never-read', expect.stringMatching(/^Mend the input.*--input .*texts$/)]);
});

describe('a step of type api', () => {
  it('on more than 1,000 rows needs a yes, and leaves nothing behind without one', async () => {
    const { code, error } = await run('--input', 'many.jsonl', '--output', 'out.arrow');
    expect([code, error?.code]).toEqual([2, 'needs-answer']);
    expect(error?.message).toContain('Call calls a service for up to 1,001 rows');
    expect(error?.next).toContain('--yes');
  });
  it.each([
    ['--yes', ['--input', 'many.jsonl', '--yes'], 1001],
    ['--limit 1000', ['--input', 'many.jsonl', '--limit', '1000'], 1000],
    ['--step before it', ['--input', 'many.jsonl', '--step', 'Shout'], 1001],
    ['fewer rows', ['--input', 'few.jsonl'], 2],
  ])('goes ahead with %s', async (_, args, rows) => {
    const { code, rows: counted } = await run(...args);
    expect([code, counted?.out]).toEqual([0, rows]);
  });
});

describe('--inspect', () => {
  it('waits for a debugger, which sees the source map of the plugin', async () => {
    const turn = await turnToDebug();
    try {
      const running = run('--input', 'few.jsonl', '--inspect');
      const scripts = await debugUntilItRuns();
      const { code, stderr } = await running;
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('127.0.0.1:9229');
      expect(scripts.find(({ url }) => url.endsWith('dist/plugin.mjs'))?.sourceMapURL).toContain('plugin.mjs.map');
    } finally {
      turn.close();
    }
  });
  it('is refused in a sandbox', async () => {
    const { code, error } = await run('--input', 'few.jsonl', '--inspect', '--as-host', '--sandbox', 'off');
    expect([code, error?.code]).toEqual([2, 'usage']);
  });
});

/** Every debugger of a machine looks at the same port, so tests that run beside this one take turns: who has another port, has this one. */
async function turnToDebug(): Promise<Server> {
  for (;;) {
    const server = createServer();
    const isMine = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(9228, '127.0.0.1', () => resolve(true)));
    if (isMine) return server.unref();
    await setTimeout(50);
  }
}

/** A debugger that lets the worker go on, and notes what it loads. */
async function debugUntilItRuns(): Promise<{ url: string; sourceMapURL: string }[]> {
  let address: string | undefined;
  for (const end = Date.now() + 30_000; address === undefined && Date.now() < end; ) {
    const answer = await fetch('http://127.0.0.1:9229/json').catch(() => null);
    address = ((await answer?.json()) as { webSocketDebuggerUrl: string }[] | undefined)?.[0]?.webSocketDebuggerUrl;
  }
  const scripts: { url: string; sourceMapURL: string }[] = [];
  const socket = new WebSocket(address as string);
  let id = 0;
  const say = (method: string): void => socket.send(JSON.stringify({ id: ++id, method }));
  socket.addEventListener('open', () => ['Debugger.enable', 'Runtime.enable', 'Runtime.runIfWaitingForDebugger'].forEach(say));
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as { method?: string; params: { url: string; sourceMapURL: string } };
    if (method === 'Debugger.scriptParsed') scripts.push(params);
    if (method === 'Debugger.paused') say('Debugger.resume');
    if (method === 'Runtime.executionContextDestroyed') socket.close();
  });
  await new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  return scripts;
}
