/** The window of a worker, and the frames that come through it. */
import { mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FrameReader, encodeFrame, type Frame, type Header } from '../../../src/protocol/index.js';
import { openChannel, type Send } from '../../../src/runtime/launch/channel.js';
import { startLine } from '../../../src/runtime/launch/spawn.js';
import { Window } from '../../../src/runtime/launch/window.js';

let folder: string;
let window: Window;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'window-'));
  window = Window.open(folder) as Window;
});
afterEach(() => {
  window.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a window', () => {
  it('has no name that could outlive it', () => {
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is none where memory cannot be shared', () => {
    expect(Window.open(join(folder, 'nowhere'))).toBeNull();
  });

  it('lends each part to one request at a time', () => {
    const [first, second] = [window.lend(1), window.lend(2)];
    expect(first?.at).not.toBe(second?.at);
    expect(window.lend(3)).toBeUndefined();
    expect(window.settle(1)).toBe(first?.at);
    expect(window.settle(1)).toBeUndefined();
    expect(window.lend(4)).toEqual(first);
  });

  it('gives a copy, which stays when the part is written again', () => {
    const { at } = window.lend(1) ?? expect.fail();
    writeSync(window.descriptor, Buffer.from('first'), 0, 5, at);
    const body = window.read(at, 5);
    writeSync(window.descriptor, Buffer.from('other'), 0, 5, at);
    expect(String(Buffer.from(body ?? []))).toBe('first');
    expect(window.read(at, 6)).toBeNull();
  });

  it('is not for workers that are not trusted', () => {
    const line = (profile: 'trusted' | 'untrusted') => startLine({ root: folder, profile, memoryGb: 1, env: {}, confinement: { sandbox: { bwrap: null, flags: false, prlimit: null, setpriv: null, warning: null }, network: 'none', readable: [], limits: { processes: 8, diskBytes: 1, questions: 1 } } as never });
    expect(line('trusted').shares).toBe(true);
    expect(line('untrusted').shares).toBe(false);
  });
});

describe('a channel with a window', () => {
  const frames: Frame[] = [];
  const broken: string[] = [];
  const sent: Frame[] = [];
  let send: Send;
  let output: PassThrough;

  beforeEach(() => {
    for (const list of [frames, broken, sent]) list.length = 0;
    const input = new PassThrough();
    const reader = new FrameReader();
    input.on('data', (chunk: Buffer) => sent.push(...reader.push(chunk)));
    output = new PassThrough();
    send = openChannel(input as unknown as Socket, output as unknown as Socket, window, { onFrame: (frame) => frames.push(frame), onBroken: (why) => broken.push(why) });
  });

  const rows = (id: number): Promise<void> => {
    send({ type: 'rows', id, rows: 1, batch_size: 1, constants: {} });
    return settled();
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const answer = (header: Header, body?: string): Promise<void> => {
    for (const chunk of encodeFrame(header, body === undefined ? [] : [Buffer.from(body)])) output.write(chunk);
    return settled();
  };
  const write = (text: string): void => void writeSync(window.descriptor, Buffer.from(text), 0, text.length, (sent.at(-1) as unknown as { header: { window: { at: number } } }).header.window.at);

  it('lends a part with each request for rows, and with no other', async () => {
    send({ type: 'health', id: 1 });
    await rows(2);
    await rows(3);
    await rows(4);
    expect(sent.map(({ header }) => 'window' in header)).toEqual([false, true, true, false]);
  });

  it('gives the body that is there, and lends the part again', async () => {
    await rows(1);
    write('a body');
    await answer({ type: 'result', id: 1, window_bytes: 6 });
    expect(String(Buffer.from(frames[0]?.body ?? []))).toBe('a body');
    await rows(2);
    await rows(3);
    expect(sent.slice(1).every(({ header }) => 'window' in header)).toBe(true);
  });

  it('takes a body behind its header, and an error, and lends their parts again', async () => {
    await rows(1);
    await rows(2);
    await answer({ type: 'progress', id: 1, batches: 1 });
    await answer({ type: 'result', id: 1 }, 'a body');
    await answer({ type: 'error', id: 2, code: 'plugin-error', message: 'no' });
    expect(String(Buffer.from(frames[1]?.body ?? []))).toBe('a body');
    await rows(3);
    await rows(4);
    expect(sent.slice(2).every(({ header }) => 'window' in header)).toBe(true);
  });

  it.each<[string, Header, string?]>([
    ['more than is there', { type: 'result', id: 1, window_bytes: 7 }],
    ['more than was lent', { type: 'result', id: 1, window_bytes: 2 ** 40 }],
    ['nothing', { type: 'result', id: 1, window_bytes: 0 }],
    ['no number', { type: 'result', id: 1, window_bytes: '6' }],
    ['a second body', { type: 'result', id: 1, window_bytes: 6 }, 'a body'],
    ['what was not lent to this request', { type: 'result', id: 9, window_bytes: 6 }],
  ])('is broken by %s', async (_what, header, body) => {
    await rows(1);
    write('a body');
    await answer(header, body);
    expect(frames).toEqual([]);
    expect(broken).toEqual(['the body of an answer is not in the window, where it is said to be']);
  });
});
