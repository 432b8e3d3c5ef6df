/** The log of a deployment: read once, or followed through cut connections and restarts of the host. */
import { createInterface } from 'node:readline';
import { Failure } from '../errors/index.js';
import type { Host, LogQuery } from './host.js';
import { parse } from './http.js';
import { networkFailure, NetworkFailure } from './network.js';
import { HostRefusal } from './refusal.js';
import { logLine, type LogLine } from './shapes.js';

const FAILURES = 10;
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Lines of one answer; a host allows no more. */
const PAGE = 10_000;

/** The lines there are. @throws HostRefusal; NetworkFailure */
export async function* readLogs(host: Host, id: string, { after = 0, signal }: LogQuery = {}): AsyncGenerator<LogLine> {
  for (let last = after, count = PAGE; count === PAGE; ) {
    count = 0;
    for await (const line of readAnswer(host, id, { after: last, limit: PAGE, signal })) {
      count += 1;
      last = Math.max(last, line.seq);
      yield line;
    }
  }
}

async function* readAnswer(host: Host, id: string, query: LogQuery): AsyncGenerator<LogLine> {
  const { body } = await host.logs(id, query);
  const lines = createInterface({ input: body, crlfDelay: Infinity });
  // readline does not hand on what its input fails with.
  const failed = new Promise<never>((_, reject) => body.once('error', reject));
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), failed]);
      if (done) return;
      const line = logLine.safeParse(parse(value));
      // The last line may be cut; it comes again after a reconnection.
      if (line.success) yield line.data;
    }
  } catch (error) {
    throw query.signal?.aborted || error instanceof Failure ? error : networkFailure(error, new URL(host.http.connection.baseUrl).origin);
  } finally {
    body.destroy();
  }
}

/** Every line once, those to come too, until the signal fires. @throws what the host refuses; the last failure after 10 connections in a row without a line */
export async function* followLogs(host: Host, id: string, { after = 0, signal }: LogQuery): AsyncGenerator<LogLine> {
  const { clock } = host.http;
  let last = after;
  for (let failures = 0; !signal?.aborted; ) {
    try {
      for await (const line of readAnswer(host, id, { after: last, follow: true, signal })) {
        if (line.seq <= last) continue;
        failures = 0;
        last = line.seq;
        yield line;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!isPassing(error) || (failures += 1) > FAILURES) throw error;
    }
    // A host that ends the answer in good order is asked again too, only not in a hurry.
    await clock.sleep(Math.min(LONGEST_MS, FIRST_MS * 2 ** failures) * (0.5 + clock.random()), signal).catch(() => undefined);
  }
}

/** The last `count` lines. */
export async function lastLogs(host: Host, id: string, count: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of readLogs(host, id)) {
    lines.push(line);
    if (lines.length > count) lines.shift();
  }
  return lines;
}

function isPassing(error: unknown): boolean {
  if (error instanceof HostRefusal) return error.status === 429 || error.status >= 500;
  return error instanceof NetworkFailure;
}
