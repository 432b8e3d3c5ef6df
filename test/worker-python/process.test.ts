/** The worker's process: what a plugin can do to it, and what it does when it has to end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { encodeFrame } from '../../src/protocol/index.js';
import { Worker } from '../protocol/conversation.js';
import { PythonWorker, withWorker } from './driver.js';
import { plugin, stepOf } from './folder.js';
import { python, why, workerCommand } from './python.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Says "begun" and then never comes back; the regex is endless inside of C code that holds the interpreter's lock. */
const ENDLESS = `import re

def step(batch):
    print("begun")
    re.match(r"(a+)+$", "a" * 64 + "b")
    return batch`;

const mischief = stepOf(`
import ctypes, os, sys, threading, time

def step(batch):
    word = batch["data"].iloc[0] if len(batch) == 1 else ""
    if "exit" in batch["data"].tolist():
        sys.exit("enough")
    if word == "os-exit":
        os._exit(3)
    if word == "segfault":
        ctypes.string_at(0)
    if word == "thread":
        threading.Thread(target=lambda: time.sleep(3600)).start()
    if word == "fork":
        os.fork()
    if word == "flood":
        for number in range(20000):
            print("a line of the flood", number)
    if word == "memory":
        bytearray(2 << 40)
    batch["pid"] = os.getpid()
    return batch
`);

describe.skipIf(python.python === null)(`the worker's process${why(python)}`, () => {
  it('tells of an endless recursion with its ends, and keeps none of its frames', async () => {
    const root = plugin(stepOf('import sys\nsys.setrecursionlimit(5000)\n\ndef down(number):\n    return down(number + 1)\n\ndef step(batch):\n    if "deep" in batch["data"].tolist():\n        down(0)\n    return batch'));
    await withWorker(python.python, root, {}, async (worker) => {
      const { errors } = await worker.rows([{ data: 'x' }, { data: 'deep' }, { data: 'y' }]);
      expect(errors).toMatchObject([{ row: 1, name: 'RecursionError', at: expect.stringMatching(/^pipeline\.py:8:/) as string }]);
      const report = worker.logs.find(({ message }) => message.includes('RecursionError'))?.message.split('\n') ?? [];
      expect(report.length).toBeLessThan(100);
      expect(report.join('\n')).toContain('in step');
    });
  });

  it('out of memory outside of a step it ends, for another one to try fewer rows', async () => {
    const root = plugin(stepOf('class Full:\n    def model_dump(self, mode=None):\n        raise MemoryError\n\ndef step(batch):\n    batch["c"] = [Full() for _ in batch["data"]]\n    return batch'));
    const worker = new PythonWorker(python.python as string, root);
    await worker.start();
    await expect(worker.rows([{ data: 'x' }])).rejects.toThrow('ended by itself with exit code 70');
    expect(worker.said).toContain('not enough memory');
    await worker.stop();
  });

  it('writes where it is on SIGUSR1, also while C code holds the interpreter', async () => {
    const worker = new PythonWorker(python.python as string, plugin(stepOf(ENDLESS)));
    await worker.start();
    const answer = worker.rows([{ data: 'x' }]).catch((error: Error) => error);
    await vi.waitFor(() => expect(worker.said).toContain('begun'), { timeout: 10_000 });
    process.kill(worker.pid, 'SIGUSR1');
    await vi.waitFor(() => expect(worker.said).toMatch(/pipeline\.py", line 8 in step/), { timeout: 10_000 });
    process.kill(-worker.pid, 'SIGKILL');
    await worker.gone;
    expect(await answer).toBeInstanceOf(Error);
  });

  it.skipIf(process.platform !== 'linux' || availableParallelism() < 2)('holds numeric libraries to the threads it is given, before they are loaded', async () => {
    const root = plugin(stepOf('import os\nimport numpy as np\n\ndef step(batch):\n    square = np.ones((600, 600)) @ np.ones((600, 600))\n    batch["threads"] = len(os.listdir("/proc/self/task"))\n    batch["limits"] = f"{os.environ[\'OMP_NUM_THREADS\']} {os.environ[\'RAYON_NUM_THREADS\']} {\'PLUGSMITH_THREADS\' in os.environ}"\n    return batch'));
    const counted: number[] = [];
    for (const threads of [1, 2]) {
      await withWorker(python.python, root, { threads }, async (worker) => {
        const { columns } = await worker.rows([{ data: 'x' }]);
        expect(columns['limits']).toEqual([`${threads} ${threads} False`]);
        counted.push(columns['threads']?.[0] as number);
      });
    }
    expect(counted[1]).toBeGreaterThan(counted[0] as number);
  });

  it('is cancelled at the end of a batch, or after two seconds where it stands', async () => {
    const [program, ...args] = workerCommand();
    const root = plugin(stepOf('import time\n\ndef step(batch):\n    print("begun", flush=True)\n    time.sleep(3600)\n    return batch'));
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += String(text)));
    const send = (header: { type: string; [key: string]: unknown }): void => {
      for (const chunk of encodeFrame(header)) (child.stdio[3] as NodeJS.WritableStream).write(chunk);
    };
    send({ type: 'init', id: 1, bundle: root, root, role: 'pipeline', parameters: {}, threads: 1, batch_size: null, profile: 'trusted' });
    send({ type: 'rows', id: 2, rows: 1, batch_size: 64, constants: { data: 'x', mime_type: 'text/plain' } });
    await vi.waitFor(() => expect(said).toContain('begun'), { timeout: 10_000 });
    const asked = performance.now();
    send({ type: 'cancel', target: 2 });
    await once(child, 'close');
    expect(performance.now() - asked).toBeGreaterThan(1900);
    expect(said).toMatch(/Timeout \(0:00:02\)![\s\S]*pipeline\.py", line 8 in step/);
  });

  it('survives sys.exit, a thread without end, a fork, a flood of lines, a huge allocation', () =>
    withWorker(python.python, plugin(mischief), {}, async (worker) => {
      const { columns, errors } = await worker.rows([{ data: 'a' }, { data: 'exit' }, { data: 'b' }]);
      expect(columns['pid']).toEqual([worker.pid, null, worker.pid]);
      expect(errors).toMatchObject([{ row: 1, name: 'SystemExit', message: expect.stringContaining('must not end its worker') as string }]);
      for (const data of ['thread', 'fork', 'flood']) expect((await worker.rows([{ data }])).columns['pid']).toEqual([worker.pid]);
      const { errors: tooMuch } = await worker.rows([{ data: 'memory' }]);
      expect(tooMuch).toMatchObject([{ name: 'MemoryError', at: expect.stringMatching(/^pipeline\.py:\d+/) as string }]);
      await vi.waitFor(() => expect(worker.said).toContain('a line of the flood 19999'), { timeout: 10_000 });
    }));

  it('sums what all threads count, numbers of numpy too; what is none counts for nothing, and a text fails its row', () =>
    withWorker(python.python, plugin({ 'pipeline.py': `from concurrent.futures import ThreadPoolExecutor
import numpy as np

def build_steps(extractor_request, container=None, **kwargs):
    count = container.metrics.count

    def step(batch):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: [count("threads") for _ in range(500)], range(4)))
        for value in (np.int64(2), np.float32(0.5), True, float("nan"), None):
            count("values", value)
        if "text" in batch["data"].tolist():
            count("values", "many")
        batch["seen"] = 1
        return batch

    return {"steps": [step]}
` }), {}, async (worker) => {
      expect((await worker.rows([{ data: 'a' }])).stats.metrics).toEqual({ threads: 2000, values: 3.5 });
      expect((await worker.rows([{ data: 'text' }])).errors).toMatchObject([{ name: 'ValueError', at: expect.stringMatching(/^pipeline\.py:\d+/) as string }]);
    }));

  it('ends on shutdown, whatever threads the plugin has left behind', async () => {
    const root = plugin(mischief);
    const worker = new Worker({ root, bundle: root, remove: () => undefined }, workerCommand());
    await worker.do({ send: { type: 'init', id: 1, bundle: root, root, role: 'pipeline', parameters: {}, threads: 1, batch_size: null, profile: 'trusted' } });
    await worker.do({ expect: { type: 'ready' } });
    await worker.do({ send: { type: 'rows', id: 2, rows: 1, batch_size: 64, constants: { data: 'thread', mime_type: 'text/plain' } }, columns: [{ name: 'document_id', type: 'text', values: ['a'] }] });
    await worker.do({ expect: { type: 'result', id: 2, row_errors: [] } });
    await worker.do({ send: { type: 'shutdown' } });
    await worker.do({ exit: 0 });
  });

  it.each([
    ['os-exit', /exit code 3/],
    ['segfault', /SIGSEGV/],
  ])('dies of %s, and says so', async (data, how) => {
    const worker = new PythonWorker(python.python as string, plugin(mischief));
    await worker.start();
    await expect(worker.rows([{ data }])).rejects.toThrow(how);
    await worker.gone;
    if (data === 'segfault') expect(worker.said).toMatch(/Fatal Python error: Segmentation fault[\s\S]*pipeline\.py", line \d+ in step/);
  });

  it.runIf(process.platform === 'linux')('ends with its supervisor, also while C code holds the interpreter', async () => {
    const root = plugin(stepOf(ENDLESS));
    const [program, ...args] = workerCommand();
    // A supervisor that can be killed: it starts a worker, sends what it is given, and prints the worker's id.
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'], detached: true });
      child.stdio[3].write(Buffer.from(process.argv[1], 'base64'));
      console.log('worker ' + child.pid);`;
    const frames = [
      { type: 'init', id: 1, bundle: root, root, role: 'pipeline', parameters: {}, threads: 1, batch_size: null, profile: 'trusted' },
      { type: 'rows', id: 2, rows: 1, batch_size: 64, constants: { data: 'x', mime_type: 'text/plain' } },
    ].flatMap((header) => encodeFrame(header));
    const supervisor = spawn(process.execPath, ['-e', script, Buffer.concat(frames).toString('base64')], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    supervisor.stdout.on('data', (text: Buffer) => (said += String(text)));
    await vi.waitFor(() => expect(said).toContain('begun'), { timeout: 10_000 });
    const pid = Number(/worker (\d+)/.exec(said)?.[1]);
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000 });
  });
});
