/** One real worker process, spoken to frame by frame as the vectors say. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
import { FrameReader, decodeBlock, decodeValue, encodeBlock, encodeFrame, type Frame, type Header } from '../../src/protocol/index.js';
import { distFile } from '../../src/runtime/launch/install.js';
import { blockOf, written, type Written } from './columns.helper.js';
import type { Fixture } from './fixture.js';

export type Step =
  | { send: Header; columns?: Written[] }
  | { send_base64: string }
  | { expect: Header; columns?: Written[]; value?: unknown }
  | { close: true }
  | { exit: number };

const QUIET_MS = 15_000;

export class Worker {
  private readonly child;
  private readonly reader = new FrameReader();
  private readonly frames: Frame[] = [];
  private wake: () => void = () => undefined;
  private code: number | null | undefined;
  private printed = '';
  private lastId: unknown;

  /** @param command program and arguments; the Node worker unless told */
  constructor(private readonly fixture: Fixture, [program, ...args]: readonly [string, ...string[]] = [process.execPath, '--no-warnings', distFile('worker/main.js')]) {
    this.child = spawn(program, args, { cwd: fixture.root, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
    this.output.on('data', (chunk: Buffer) => {
      this.frames.push(...this.reader.push(chunk));
      this.wake();
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (text: Buffer) => (this.printed += String(text)));
    this.input.on('error', () => undefined);
    this.child.on('close', (code) => {
      this.code = code;
      this.wake();
    });
  }

  /** Does one step; fails as vitest does when the worker does something else. */
  async do(step: Step): Promise<void> {
    if ('send' in step) this.write(encodeFrame(this.fill(step.send), encodeBlock(blockOf(step.columns ?? []))));
    else if ('send_base64' in step) this.write([Buffer.from(step.send_base64, 'base64')]);
    else if ('expect' in step) await this.expect(step.expect, step);
    else if ('close' in step) this.input.end();
    else {
      while (this.code === undefined) await this.news('the end of the process');
      expect({ frames: this.frames.map(({ header }) => header), code: this.code }, this.printed).toEqual({ frames: [], code: step.exit });
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private get input(): Socket {
    return this.child.stdio[3] as Socket;
  }

  private get output(): Socket {
    return this.child.stdio[4] as Socket;
  }

  private write(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) this.input.write(chunk);
  }

  private fill(header: Header): Header {
    const places: Record<string, unknown> = { $BUNDLE: this.fixture.bundle, $ROOT: this.fixture.root, $ID: this.lastId };
    return Object.fromEntries(Object.entries(header).map(([key, value]) => [key, typeof value === 'string' && value in places ? places[value] : value])) as Header;
  }

  private async expect(pattern: Header, { columns, value }: { columns?: Written[]; value?: unknown }): Promise<void> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame === undefined) {
        if (this.code !== undefined) throw new Error(`the worker ended with ${String(this.code)} instead of saying ${pattern.type}\n${this.printed}`);
        await this.news(pattern.type);
        continue;
      }
      const { header, body } = frame;
      if (header.type !== pattern.type && (header.type === 'log' || (header.type === 'progress' && header['note'] === undefined))) continue;
      expect(header, this.printed).toEqual(fitting(pattern));
      this.lastId = header['id'];
      if (columns !== undefined) expect(decodeBlock(body, header['rows'] as number).columns.map(written)).toEqual(columns);
      if (value !== undefined) expect(decodeValue(body).value).toEqual(fitting(value));
      return;
    }
  }

  private async news(what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.wake = resolve;
      timer = setTimeout(() => reject(new Error(`the worker kept silent; expected: ${what}\n${this.printed}`)), QUIET_MS);
    });
    clearTimeout(timer);
  }
}

/** A pattern of the vectors as matchers of vitest. */
function fitting(pattern: unknown): unknown {
  if (Array.isArray(pattern)) return pattern.map(fitting);
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  const kind = (pattern as { $?: string }).$;
  if (kind === 'any') return anything;
  if (kind !== undefined) return expect.any({ string: String, number: Number, boolean: Boolean }[kind] as StringConstructor);
  return expect.objectContaining(Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, fitting(value)])));
}

/** `expect.anything` refuses null. */
const anything = { asymmetricMatch: () => true, toString: () => 'anything' };
