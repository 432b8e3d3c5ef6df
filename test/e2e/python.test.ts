/** Python plugins through the command: the service's guide, templates, bad rows, kills. Environments come with --env, so that nothing is fetched here. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeWheel } from '../support/wheel.js';
import { seedPython, why } from '../worker-python/python.js';
import { install, plugin, type Result } from './harness.js';
import { Bench, commitsOf, jsonLines, latestRun, processes, until, workersOf } from './lib-kill.js';
import { PATIENCE_MS } from './suite.js';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
vi.setConfig({ testTimeout: PATIENCE_MS });
const home = seedPython.python === null ? '' : dirname(dirname(seedPython.python));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-python-e2e-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { PLUGSMITH_ENV: home, PLUGSMITH_CACHE_DIR: join(folder, 'cache') };
const call = (args: string[], cwd = folder, more: Record<string, string> = {}): Promise<Result> => plugin(args, { cwd, env: { ...env, ...more } });

/** Runs the command and reads its document, whatever its exit code. */
async function json(args: string[], cwd = folder): Promise<{ code: number; document: Record<string, any> }> { // any: shapes are those of test/e2e/schemas
  const { code, stdout } = await call([...args, '--json'], cwd);
  return { code, document: JSON.parse(stdout) as Record<string, unknown> };
}

describe.skipIf(seedPython.missing !== null)(`the guide's quick start${why(seedPython)}`, () => {
  beforeAll(async () => {
    await install();
    cpSync(join(fixtures, 'seed', 'my_extractor'), join(folder, 'my_extractor'), { recursive: true });
    writeFileSync(join(folder, 'rows.jsonl'), Array.from({ length: 10 }, (_, i) => `${JSON.stringify({ text: `row ${i} ${'x'.repeat(i * 8)}` })}\n`).join(''));
  }, 3 * PATIENCE_MS);

  it('is run, invoked and packed as it is', async () => {
    const run = await json(['run', '--plugin', 'my_extractor', '--input', 'rows.jsonl', '--output', 'out.jsonl']);
    expect(run).toMatchObject({ code: 0, document: { status: 'succeeded', rows: { in: 10, out: 10 }, features: { my_embedding: { written: 10, coverage: 1 } } } });
    expect(jsonLines(join(folder, 'out.jsonl')).map((row) => [(row['my_embedding'] as number[]).length, row['sentiment']])).toEqual(Array.from({ length: 10 }, (_, i) => [384, 6 + i * 8 > 50 ? 'positive' : 'neutral']));

    const invoke = await json(['invoke', '--plugin', 'my_extractor', '--inputs', '{"text": "hello"}']);
    expect(invoke).toMatchObject({ code: 0, document: { ok: true, answer: { sentiment: 'neutral' } } });
    expect(invoke.document['answer'].embedding).toHaveLength(384);

    const packed = await json(['package', '--plugin', 'my_extractor']);
    expect(packed).toMatchObject({ code: 0, document: { plugin_id: 'my_extractor_1_0_0', archive: 'my_extractor-1.0.0.zip' } });
    expect(execFileSync('python3', ['-m', 'zipfile', '-l', join(folder, 'my_extractor-1.0.0.zip')], { encoding: 'utf8' })).toMatch(/my_extractor\/manifest\.py[^]*my_extractor\/processors\/core\.py/);
  });

  it('without its package is refused at once, with the line to add', async () => {
    const { code, stderr } = await call(['run', '--plugin', 'my_extractor', '--input', 'rows.jsonl', '--env', dirname(dirname(bare()))]);
    expect(code).toBe(2);
    expect(stderr).toContain('"sentence_transformers", which is not there (processors/core.py:');
    expect(stderr).toContain('dependencies = ["sentence-transformers"]');
  });

  it('has its secrets from a file, as a service and as variables', async () => {
    const root = join(folder, 'keyed');
    mkdirSync(root);
    writeFileSync(join(folder, 'keys.env'), 'TOKEN=tuna\n');
    writeFileSync(join(root, 'manifest.py'), 'feature_extractor_name = "keyed"\nversion = "1.0.0"\n');
    writeFileSync(join(root, 'pipeline.py'), 'import os\n\ndef build_steps(extractor_request, container=None, **kwargs):\n    async def step(batch):\n        token = await container.secrets.get("TOKEN")\n        batch["told"] = [token[::-1] + os.environ["TOKEN"][0]] * len(batch)\n        return batch\n\n    return {"steps": [step]}\n');
    for (const flag of ['--secrets', '--env-file']) {
      await json(['run', '--plugin', 'keyed', '--input', 'rows.jsonl', '--column', 'text', '--output', 'keyed.jsonl', flag, 'keys.env']);
      expect(jsonLines(join(folder, 'keyed.jsonl')).map((row) => row['told'])).toEqual(Array(10).fill('anutt'));
      rmSync(join(folder, 'keyed.jsonl'));
    }
  });

  it('needs Python to run, and none to be checked and packed', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    const without = { PATH: `${bin}:${join(folder, 'nothing')}`, PLUGSMITH_ENV: '' };
    const start = (args: string[]): Promise<Result> => plugin(args, { cwd: folder, env: { ...env, ...without } });
    const run = await start(['run', '--plugin', 'my_extractor', '--input', 'rows.jsonl']);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('no Python 3.10 or later was found')]);
    expect((await start(['lint', 'my_extractor'])).code).toBe(0);
    expect((await start(['package', '--plugin', 'my_extractor', '--dry-run'])).code).toBe(0);
  });

  it('has its own tests run by pytest, from the folder above', async () => {
    cpSync(join(fixtures, 'seed', 'my_plugin'), join(folder, 'my_plugin'), { recursive: true });
    const { code, document } = await json(['test', '--plugin', 'my_plugin']);
    expect(code).toBe(1);
    // Three of the guide's own tests pass with its own plugin; the other gives a dict where the processor wants attributes.
    expect(document['tests']).toMatchObject({ files: ['tests/test_my_processor.py', 'tests/test_pipeline.py', 'tests/test_security.py', 'tests/test_with_llm.py'] });
    expect(document['tests'].passed).toBeGreaterThan(0);
    expect(document['tests'].failed).toBeGreaterThan(0);
    const { stdout } = await call(['test', '--plugin', 'my_extractor']);
    expect(stdout).toContain('own tests: there are none (tests/test_*.py)');
  });
});

/** An interpreter with the base packages and nothing else. */
function bare(): string {
  const cache = join(fixtures, '..', '..', '.cache', 'test-python');
  const name = readdirSync(cache).find((entry) => /^worker-[0-9a-f]+$/.test(entry) && existsSync(join(cache, entry, 'done')));
  if (name === undefined) throw new Error('the environment of the worker tests is not there');
  return join(cache, name, 'bin', 'python');
}

describe.skipIf(seedPython.missing !== null)(`a new plugin in Python${why(seedPython)}`, () => {
  beforeAll(async () => void (await install()), 3 * PATIENCE_MS);

  it.each(['blank', 'text', 'image'])('from the template %s passes at the first try', async (template) => {
    const root = join(folder, `my_${template}`);
    const created = await json(['create', `my_${template}`, '--language', 'python', '--template', template]);
    expect(created).toMatchObject({ code: 0, document: { next_steps: [`cd my_${template}`, 'plugin test', expect.stringMatching(/^plugin run --input samples\//)] } });
    expect(await json(['lint', '.'], root)).toMatchObject({ code: 0, document: { findings: [] } });
    const tested = await json(['test'], root);
    expect(tested.document, JSON.stringify(tested.document)).toMatchObject({ ok: true, tests: { failed: 0, skipped: 0 } });
    const input = created.document['next_steps'][2].replace('plugin run --input ', '') as string;
    expect(await json(['run', '--input', input], root)).toMatchObject({ code: 0, document: { status: 'succeeded', rows: { failed: 0 } } });
    const packed = await json(['package'], root);
    expect(packed).toMatchObject({ code: 0, document: { plugin_id: `my_${template}_1_0_0` } });
    const paths = (packed.document['files'] as { path: string }[]).map(({ path }) => path);
    expect(paths).toContain('manifest.py');
    expect(paths.filter((path) => /^(tests|samples|dist)\/|\.pyc$/.test(path))).toEqual([]);
  });

  it('has its name as the name of its folder', async () => {
    const { code, stderr } = await call(['create', 'my_other', '--language', 'python', '--dir', 'elsewhere']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--dir ')]);
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  });
});

describe.skipIf(seedPython.missing !== null)(`plugin env${why(seedPython)}`, () => {
  const wheels = join(folder, 'wheels');
  const cache = join(folder, 'environments');
  // The base packages as stand-ins: what is tested is the command, and no index is asked.
  const offline = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: '/dev/null', PLUGSMITH_ENV: '', PLUGSMITH_CACHE_DIR: cache };
  const ask = async (schema: string, args: string[], code = 0): Promise<Record<string, any>> => { // any: the shape is what the schema says
    const result = await call(['env', ...args, '--json'], folder, offline);
    expect(result.code, result.stdout + result.stderr).toBe(code);
    const document = JSON.parse(result.stdout) as Record<string, unknown>;
    const shape = JSON.parse(readFileSync(join(fixtures, '../e2e/schemas', `${schema}.json`), 'utf8')) as z.core.JSONSchema.JSONSchema;
    expect(z.fromJSONSchema(shape).safeParse(document).error).toBeUndefined();
    return document;
  };

  beforeAll(() => {
    for (const [name, version] of [['pandas', '2.3.99'], ['pyarrow', '99.0'], ['numpy', '99.0'], ['pydantic', '99.0'], ['pytest', '99.0'], ['extra', '1.5']] as const) {
      makeWheel(seedPython.python as string, wheels, name, version, { [`${name}.py`]: '' });
    }
    cpSync(join(fixtures, 'plugins', 'naughty'), join(folder, 'needy'), { recursive: true });
    const manifest = join(folder, 'needy', 'manifest.py');
    writeFileSync(manifest, `${readFileSync(manifest, 'utf8')}\nMORE = ["extra>=1"]\ndependencies = [] + MORE\n`);
    writeFileSync(join(folder, 'needy', 'pyproject.toml'), '[dependency-groups]\ndev = ["numpy"]\n');
  });

  it('shows, makes and removes an environment', async () => {
    const before = await ask('env-show', ['show', '--plugin', 'needy']);
    expect(before['plugin']).toMatchObject({ requirements: ['extra>=1'], environment: null, tests: { requirements: ['extra>=1', 'pytest>=8', 'numpy'], environment: null } });
    const built = await ask('env-build', ['build', '--plugin', 'needy', '--tests']);
    expect(built['packages']).toEqual(['extra==1.5', 'numpy==99.0', 'pandas==2.3.99', 'pyarrow==99.0', 'pydantic==99.0']);
    const after = await ask('env-show', ['show', '--plugin', 'needy']);
    expect(after['plugin']).toMatchObject({ environment: { key: built['environment'].key }, tests: { environment: { key: built['tests'].key } } });
    expect((await ask('env-show', ['show', '--all']))['environments']).toHaveLength(2);
    expect((await ask('env-clean', ['clean', built['environment'].key as string]))['removed']).toMatchObject([{ key: built['environment'].key, broken: null }]);
    expect((await ask('env-clean', ['clean', '--all']))['removed']).toHaveLength(1);
    expect(readdirSync(join(cache, 'python'))).toEqual([]);
  });

  it.each([
    ['a plugin in TypeScript', ['show', '--plugin', 'typed'], 'not-python'],
    ['nothing named', ['clean'], 'usage'],
    ['an unknown one', ['clean', '0123456789abcdef'], 'environment-unknown'],
    ['an interpreter that is not there', ['build', '--plugin', 'needy', '--python', '3.99'], 'no-python'],
  ])('refuses %s', async (_, args, code) => {
    if (!existsSync(join(folder, 'typed'))) cpSync(join(fixtures, 'plugins', 'moody'), join(folder, 'typed'), { recursive: true });
    expect((await ask('error', args, 2))['error']).toMatchObject({ code });
  });
});

describe.skipIf(seedPython.missing !== null || process.platform !== 'linux')(`bad rows of a Python plugin${why(seedPython)}`, () => {
  const bench = new Bench();
  const root = bench.path('naughty');
  beforeAll(() => cpSync(join(fixtures, 'plugins', 'naughty'), root, { recursive: true }));
  afterAll(() => bench.close());

  const rows = (texts: string[]): string => {
    const file = bench.path('rows.jsonl');
    writeFileSync(file, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
    return file;
  };
  const run = async (texts: string[], ...more: string[]) => {
    const { code, stdout } = await bench.run(['run', '--plugin', root, '--input', rows(texts), '--output', bench.path('out.jsonl'), '--json', ...more], { env });
    const failures = join(latestRun(root) as string, 'failures.jsonl');
    return { code, document: JSON.parse(stdout) as Record<string, any>, failed: existsSync(failures) ? jsonLines(failures).map((row) => row['_failure'] as { kind: string; name: string; message: string; at: string | null; row: number }) : [] }; // any: as above
  };

  it('cost their own rows and no others', async () => {
    const texts = Array.from({ length: 24 }, (_, i) => ({ 3: 'raise', 6: 'sysexit', 9: 'alloc', 14: 'segv', 17: 'exit' })[i] ?? `row ${i}`);
    const { code, document, failed } = await run(texts);
    expect(code).toBe(1);
    expect(document).toMatchObject({ status: 'partial', rows: { in: 24, out: 19, failed: 5 } });
    expect(failed.map(({ row, kind, name }) => [row, kind, name])).toEqual([
      [4, 'exception', 'ValueError'], [7, 'exception', 'SystemExit'], [10, 'exception', 'MemoryError'], [15, 'crash', 'WorkerDied'], [18, 'crash', 'WorkerDied'],
    ]);
    expect(failed[0]?.at).toMatch(/^processors\/core\.py:\d+:\d+$/);
    expect(failed[2]?.message).toContain('actor_memory_gb');
    expect(failed[3]?.message).toMatch(/killed by SIGSEGV at processors\/core\.py:\d+ in do_segv/);
    expect(failed[4]?.message).toContain('exit code 7');
    expect(jsonLines(bench.path('out.jsonl'))).toHaveLength(19);
  });

  it('that never end are named by their line', async () => {
    const { code, failed } = await run(['row 1', 'regex', 'row 2'], '--timeout', '1', '--batch-size', '1');
    expect(code).toBe(1);
    expect(failed).toMatchObject([{ row: 2, kind: 'timeout', message: expect.stringMatching(/no answer for 1 s; it was at processors\/core\.py:\d+ in do_regex/) }]);
  });

  it('leave nothing behind that runs on', async () => {
    const { code, document } = await run(['thread', 'fork', 'flood', 'row 4']);
    expect(code).toBe(0);
    expect((document['warnings'] as { code: string }[]).map((warning) => warning.code)).toContain('log-truncated');
    await until('all processes are gone', () => workersOf(root).length === 0 && processes((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-python') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)).length === 0);
  });

  it('of a killed run are written once, and its outputs are those of an undisturbed one', async () => {
    const texts = Array.from({ length: 12_000 }, (_, i) => (i % 3001 === 7 ? 'raise' : `slow ${i}`));
    const args = ['run', '--plugin', root, '--input', rows(texts), '--output', bench.path('big.jsonl'), '--concurrency', '2', '--batch-size', '64'];
    expect((await bench.run(args, { env })).code).toBe(1);
    const first = latestRun(root) as string;
    const expected = [bench.path('big.jsonl'), join(first, 'failures.jsonl')].map((file) => readFileSync(file));
    rmSync(bench.path('big.jsonl'));
    const command = bench.start(args, { env });
    await until('two commits', () => latestRun(root) !== first && commitsOf(latestRun(root)) >= 2);
    process.kill(workersOf(root)[0] as number, 'SIGKILL');
    await until('another commit', () => commitsOf(latestRun(root)) >= 3);
    command.kill();
    await command.ended;
    await until('the workers are gone', () => workersOf(root).length === 0);
    const resumed = await bench.run(['run', '--plugin', root, '--resume', (latestRun(root) as string).split('/').at(-1) as string], { env });
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.any(String)]);
    const found = [bench.path('big.jsonl'), join(latestRun(root) as string, 'failures.jsonl')].map((file) => readFileSync(file));
    found.forEach((bytes, i) => expect(bytes.equals(expected[i] as Buffer), i === 0 ? 'output' : 'failures').toBe(true));
  });
});
