/** Feeds prepared frames to a worker, or to a bare child, and takes its answers: two frames in flight, as the engine has it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const CONSTANTS = { blob_property: 'text', blob_type: 'text', collection_id: 'col_local', feature_extractor_id: 'work_python_1_0_0', mime_type: 'text/plain', size_bytes: 0 };
const IN_FLIGHT = 2;

/** The frames of a file that `bench/python/frames.py` wrote. */
export function readFrames(file) {
  const bytes = readFileSync(file);
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const [rows, size] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    frames.push({ rows, body: bytes.subarray(at + 8, at + 8 + size) });
    at += 8 + size;
  }
  return frames;
}

/** How the two sides speak: what begins, what a request is, and how many bytes an answer has once its beginning is there. */
const sides = {
  worker: {
    hello: (init) => protocolFrame({ ...init, type: 'init', id: 1 }, Buffer.alloc(0)),
    request: ({ rows, body }, i) => protocolFrame({ type: 'rows', id: i + 2, rows, batch_size: 64, constants: CONSTANTS }, body),
    prefix: 16, length: (bytes) => 16 + bytes.readUInt32LE(8) + bytes.readUInt32LE(12),
    counts: (bytes) => JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(8)).toString('utf8')),
  },
  bare: {
    hello: () => Buffer.alloc(0),
    request({ body }) {
      const header = Buffer.from(JSON.stringify({ constants: CONSTANTS }));
      const prefix = Buffer.alloc(8);
      prefix.writeUInt32LE(header.length, 0);
      prefix.writeUInt32LE(body.length, 4);
      return Buffer.concat([prefix, header, body]);
    },
    prefix: 4, length: (bytes) => 4 + bytes.readUInt32LE(0),
    counts: () => ({ type: 'result' }),
  },
};

function protocolFrame(message, body) {
  const header = Buffer.from(JSON.stringify(message));
  const prefix = Buffer.alloc(16);
  prefix.write('PSWP', 0, 'latin1');
  prefix.writeUInt16LE(1, 4);
  prefix.writeUInt32LE(header.length, 8);
  prefix.writeUInt32LE(body.length, 12);
  return Buffer.concat([prefix, header, body]);
}

/**
 * Seconds that a child takes for all frames, its start left out: the clock begins with the second answer.
 * @param {'worker' | 'bare'} kind
 * @param {string[]} argv
 * @param {{ rows: number, body: Buffer }[]} frames the first is sent twice, to warm up
 * @param {object} init of a worker
 */
export async function drive(kind, argv, frames, init = {}) {
  const side = sides[kind];
  const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'], cwd: init.root });
  const [input, output] = [child.stdio[3], child.stdio[4]];
  const answers = results(output, side);
  input.write(side.hello(init));
  const warm = [frames[0], frames[0]];
  for (const [i, frame] of warm.entries()) {
    input.write(side.request(frame, i));
    await answers.next();
  }
  const started = performance.now();
  let sent = 0;
  const send = () => sent < frames.length && input.write(side.request(frames[sent], warm.length + sent++));
  for (let i = 0; i < IN_FLIGHT; i++) send();
  for (let done = 0; done < frames.length; done++) {
    await answers.next();
    send();
  }
  const seconds = (performance.now() - started) / 1000;
  child.kill('SIGKILL');
  return { wall_s: seconds };
}

async function* results(stream, side) {
  let parts = [];
  let size = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    size += chunk.length;
    while (size >= side.prefix) {
      if (parts[0].length < side.prefix) parts = [Buffer.concat(parts)];
      const length = side.length(parts[0]);
      if (size < length) break;
      const bytes = Buffer.concat(parts);
      const { type, code, message } = side.counts(bytes.subarray(0, length));
      parts = [bytes.subarray(length)];
      size -= length;
      if (type === 'error') throw new Error(`${code}: ${message}`);
      if (type === 'result') yield;
    }
  }
}
