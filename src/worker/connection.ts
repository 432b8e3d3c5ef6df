/** The worker's end of the line: frames in on descriptor 3, frames out on descriptor 4. */
import { Socket } from 'node:net';
import { FrameReader, encodeFrame, type Frame, type FromWorker, type RpcReply } from '../protocol/index.js';

const IN = 3;
const OUT = 4;

export interface Connection {
  send(header: FromWorker, body?: readonly Uint8Array[]): void;
  /** Asks the supervisor. @throws Error with the supervisor's answer when it refuses. */
  ask<T>(method: string, params: Record<string, unknown>): Promise<T>;
  /** Resolves when everything sent so far has left this process. */
  flush(): Promise<void>;
}

/** An `rpc` that the supervisor refused: message, reason and remedy come from it. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(readonly reply: NonNullable<RpcReply['error']>) {
    super(reply.next ? `${reply.message.replace(/[^.!?]$/, '$&.')} ${reply.next}` : reply.message);
  }
}

/**
 * @param onFrame called for each frame but rpc answers
 * @param onEnd called when the supervisor is gone, or broke the protocol (then with the reason)
 */
export function connect(onFrame: (frame: Frame) => void, onEnd: (reason?: Error) => void): Connection {
  const input = new Socket({ fd: IN, readable: true, writable: false });
  const output = new Socket({ fd: OUT, readable: false, writable: true });
  const reader = new FrameReader();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let nextId = 1;

  input.on('data', (chunk: Buffer) => {
    let frames: Frame[];
    try {
      frames = reader.push(chunk);
    } catch (error) {
      onEnd(error as Error);
      return;
    }
    for (const frame of frames) {
      if (frame.header.type !== 'rpc') {
        onFrame(frame);
        continue;
      }
      const reply = frame.header as RpcReply;
      const request = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.ok) request?.resolve(reply.result);
      else request?.reject(new RefusedError(reply.error ?? { code: 'refused', message: 'the supervisor gave no reason' }));
    }
  });
  input.on('end', () => onEnd());
  input.on('error', () => onEnd());
  // A supervisor that no longer reads is gone; `end` on the input says the same.
  output.on('error', () => onEnd());

  const send: Connection['send'] = (header, body = []) => {
    const chunks = encodeFrame(header, body);
    output.cork();
    for (const chunk of chunks) output.write(chunk);
    output.uncork();
  };
  return {
    send,
    ask: <T>(method: string, params: Record<string, unknown>) =>
      new Promise<T>((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        send({ type: 'rpc', id, method, params });
      }),
    flush: () => new Promise((resolve) => (output.writableLength === 0 ? resolve() : output.write('', () => resolve()))),
  };
}
