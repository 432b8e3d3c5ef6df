/**
 * Python plugins on bad days: killed again and again, late inside of the sandbox, without the environment that they need.
 * PYTHON_KILLS=30 npx vitest run test/e2e/python-hostile.test.ts   SEED=7 repeats the moments of a failed test
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeWheel } from '../support/wheel.js';
import { python, why } from '../worker-python/python.js';
import { Bench, commitsOf, jsonLines, latestRun, random, until, workersOf, type Command } from './lib-kill.js';
import { PATIENCE_MS, require } from './suite.js';

const KILLS = Number(process.env['PYTHON_KILLS'] ?? 3);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const naughty = fileURLToPath(new URL('../fixtures/plugins/naughty', import.meta.url));
vi.setConfig({ testTimeout: PATIENCE_MS + KILLS * 6000 });

describe.skipIf(python.python === null || process.platform !== 'linux')(`a Python plugin${why(python)}`, () => {
  const bench = new Bench();
  afterAll(() => bench.close());
  const env = { PLUGSMITH_ENV: dirname(dirname(python.python ?? '/bin/python')), PLUGSMITH_CACHE_DIR: bench.path('cache') };
  const root = bench.path('naughty');
  const input = (texts: (string | null)[]): string => {
    writeFileSync(bench.path('rows.jsonl'), texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    return bench.path('rows.jsonl');
  };
  beforeAll(() => cpSync(naughty, root, { recursive: true }));

  it('that is late inside of the sandbox is told by its line', async (context) => {
    await require(context, 'bubblewrap');
    const { code, stderr } = await bench.run(['run', '--plugin', root, '--input', input(['row 1', 'regex', 'row 2']), '--as-host', '--sandbox', 'required', '--timeout', '1', '--batch-size', '1'], { env });
    expect([code, stderr]).toEqual([1, expect.any(String)]);
    expect(jsonLines(join(latestRun(root) as string, 'failures.jsonl')).map((row) => row['_failure'])).toMatchObject([
      { row: 2, kind: 'timeout', message: expect.stringMatching(/no answer for 1 s; it was at processors\/core\.py:\d+ in do_regex/) },
    ]);
  });

  it('with an environment of its own needs no other Python', async () => {
    const { code, stdout } = await bench.run(['run', '--plugin', root, '--input', input(['row 1']), '--json'], { env: { ...env, PATH: '/nowhere' } });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { status: 'succeeded' }]);
  });

  it(`that is killed ${KILLS} times and continued gives the bytes of an undisturbed run, seed ${SEED}`, async () => {
    const restless = bench.path('restless');
    bench.write({
      'restless/manifest.py': readFileSync(join(naughty, 'manifest.py'), 'utf8').replace('"naughty"', '"restless"'),
      'restless/pipeline.py': 'from .core import step\n\ndef build_steps(extractor_request, **kwargs):\n    return {"steps": [step]}\n',
      // Some batches have no null to fill, columns and types come late, and some rows fail on their own.
      'restless/core.py': `import time

def step(batch):
    time.sleep(0.002)
    texts = batch["data"] = batch["data"].fillna("none")
    if texts.str.contains("POISON").any():
        raise ValueError("a bad text")
    number = int("0" + "".join(filter(str.isdigit, texts.iloc[0])))
    batch["letters"] = [[float(len(text)), 1.0, 2.0, 3.0] for text in texts]
    batch["rows_seen"] = len(batch) if number < 3000 else len(batch) + 0.5
    if number > 5000:
        batch["late"] = [text[:5] if i % 3 else None for i, text in enumerate(texts)]
    return batch
`,
    });
    const rows = input(Array.from({ length: 9000 }, (_, i) => (i % 2503 === 9 ? null : `row ${i} ${i % 1777 === 5 ? 'POISON' : ''}`)));
    const output = bench.path('restless.jsonl');
    const concurrency = ['2', '1'];
    let starts = 0;
    const start = (run: string | null): Command =>
      bench.start(['run', '--plugin', restless, ...(run === null ? ['--input', rows, '--output', output] : ['--resume', run.split('/').at(-1) as string]), '--batch-size', '16', '--concurrency', concurrency[starts++ % 2] as string], { env });
    const results = (): string[] => [readFileSync(output, 'utf8'), readFileSync(join(latestRun(restless) as string, 'failures.jsonl'), 'utf8')];

    const undisturbed = await start(null).ended;
    expect([undisturbed.code, undisturbed.stderr]).toEqual([1, expect.any(String)]);
    const expected = results();
    expect(expected[1]?.match(/POISON/g)).toHaveLength(6);
    const chance = random(SEED);
    let killed = 0;
    let first = latestRun(restless);
    let command = start(null);
    const check = async (): Promise<void> => {
      const { code, stderr } = await command.ended;
      expect([code, stderr]).toEqual([1, expect.not.stringContaining('internal')]);
      results().forEach((text, i) => expect(text === expected[i], `${i === 0 ? 'output' : 'failures'} as before`).toBe(true));
      expect(workersOf(restless)).toEqual([]);
    };
    while (killed < KILLS) {
      await Promise.race([command.ended, until('a commit', () => latestRun(restless) !== first && commitsOf(latestRun(restless)) > 0)]);
      await Promise.race([command.ended, sleep(chance() * 1500)]);
      if (command.over) {
        await check();
        first = latestRun(restless);
        command = start(null);
        continue;
      }
      killed++;
      const worker = workersOf(restless)[0];
      if (chance() < 0.4 && worker !== undefined) {
        process.kill(worker, 'SIGKILL');
        continue;
      }
      if (chance() < 0.5) command.kill();
      else command.killGroup();
      await command.ended;
      await until('its workers are gone', () => workersOf(restless).length === 0, 5000);
      command = start(latestRun(restless));
      first = null;
    }
    await check();
  });

  describe('and its environment', () => {
    const wheels = bench.path('wheels');
    const needy = bench.path('needy');
    const own = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: '/dev/null', PLUGSMITH_CACHE_DIR: bench.path('own'), PLUGSMITH_PYTHON: python.python ?? '' };
    const run = async (more: string[] = [], settings: Record<string, string> = {}): Promise<{ code: number | null; error: { code: string; message: string; next: string }; stderr: string }> => {
      const { code, stdout, stderr } = await bench.run(['run', '--plugin', needy, '--input', input(['row 1']), '--json', ...more], { env: { ...own, ...settings } });
      return { code, stderr, error: (JSON.parse(stdout) as { error: { code: string; message: string; next: string } }).error };
    };
    const program = (name: string, text: string): string => {
      writeFileSync(bench.path(name), text);
      chmodSync(bench.path(name), 0o755);
      return bench.path(name);
    };
    beforeAll(() => {
      // Stand-ins for the base packages: no index is asked, and the worker fails on the first of them.
      for (const [name, version] of [['pandas', '2.3.99'], ['pyarrow', '99.0'], ['numpy', '99.0'], ['pydantic', '99.0']] as const) makeWheel(python.python as string, wheels, name, version, { [`${name}.py`]: '' });
      cpSync(naughty, needy, { recursive: true });
    });

    it('is refused where the interpreter is none, does not run, or never answers', async () => {
      for (const [text, kind, said] of [['echo hello', 'no-python', /is no Python/], ['exit 1', 'no-python', /it does not run: exit code 1/], ['sleep 60', 'python-late', /did not say within 5 s/]] as const) {
        const { code, error } = await run(['--python', program('strange', `#!/bin/sh\n${text}\n`)]);
        expect([code, error.code, error.message]).toEqual([2, kind, expect.stringMatching(said)]);
      }
    });

    it('is refused where a package is nowhere, or the index out of reach', async () => {
      const manifest = join(needy, 'manifest.py');
      const before = readFileSync(manifest, 'utf8');
      writeFileSync(manifest, `${before}\ndependencies = ["no-such-package-at-all>=1"]\n`);
      const nowhere = await run();
      writeFileSync(manifest, before);
      expect([nowhere.code, nowhere.error.code, nowhere.error.message]).toEqual([2, 'dependency-unresolvable', expect.stringContaining('no-such-package-at-all')]);
      const offline = await run([], { PIP_NO_INDEX: '', PIP_FIND_LINKS: '', PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '0' });
      expect([offline.code, offline.error.code, offline.error.next]).toEqual([2, 'python-offline', expect.stringContaining('--env')]);
    });

    it('is made anew where it was broken, and a broken one of the user is refused', async () => {
      const built = await bench.run(['env', 'build', '--plugin', needy, '--json'], { env: own });
      const { environment } = JSON.parse(built.stdout) as { environment: { python: string; folder: string } };
      unlinkSync(environment.python);
      symlinkSync('/nowhere/python', environment.python);
      const { stderr } = await bench.run(['env', 'build', '--plugin', needy, '--json'], { env: own });
      expect(stderr).toContain('its interpreter is gone');
      const theirs = bench.path('theirs');
      expect(spawnSync(python.python as string, ['-m', 'venv', '--without-pip', theirs]).status).toBe(0);
      expect((await run(['--env', theirs])).error).toMatchObject({ code: 'python-env', message: expect.stringContaining('pandas') });
      rmSync(join(theirs, 'bin'), { recursive: true });
      expect((await run(['--env', theirs])).error).toMatchObject({ code: 'python-env', message: expect.stringContaining('no bin/python') });
      expect(existsSync(theirs) && readdirSync(theirs)).not.toContain('bin');
    });
  });
});
