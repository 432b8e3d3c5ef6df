/** A host as a process of its own, and a proxy that breaks connections on the way to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, install } from './harness.js';

/** A command that was started and not waited for. */
export class Running {
  readonly events: Record<string, unknown>[] = [];
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += String(chunk)));
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.take(line));
    this.ended = new Promise((done) => child.once('close', (code, signal) => (done(code ?? signal ?? -1), this.look())));
  }

  /** Waits for an event. @throws when the command ends first */
  async event(type: string, matches: (event: Record<string, unknown>) => boolean = () => true): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.events.find((event) => event['type'] === type && matches(event));
      if (found !== undefined) return found;
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`ended without ${type}:\n${this.stderr}${this.stdout}`);
      await new Promise<void>((look) => this.waiting.add(look));
    }
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals> {
    this.child.kill(signal);
    return this.ended;
  }

  private take(line: string): void {
    this.stderr += `${line}\n`;
    if (line.startsWith('{')) this.events.push(JSON.parse(line) as Record<string, unknown>);
    this.look();
  }

  private look(): void {
    for (const look of this.waiting) look();
    this.waiting.clear();
  }
}

/** Starts the installed command with `--json`, so that its events can be waited for. */
export async function startPlugin(args: readonly string[], options: { cwd: string; env?: Record<string, string> }): Promise<Running> {
  const { bin } = (await install()).full;
  return new Running(spawn(join(bin, 'plugin'), [...args, '--json'], { cwd: options.cwd, env: await environment(options), stdio: ['ignore', 'pipe', 'pipe'] }));
}

export interface Proxy {
  url: string;
  /** How many connections were let through, cut or stalled. */
  connections: number;
  /** Settles when a connection has carried as many bytes as it may. */
  full: Promise<void>;
  close(): Promise<void>;
}

/**
 * Passes connections on. The first `times` that carry more than `bytes` to the host are cut there, or stop moving.
 * @param to port of the host
 */
export async function breakingProxy(to: number, { bytes, times, how }: { bytes: number; times: number; how: 'cut' | 'stall' }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let left = times;
  let reached: () => void = () => undefined;
  const full = new Promise<void>((done) => (reached = done));
  const proxy: Pick<Proxy, 'connections'> = { connections: 0 };
  const server: Server = createServer((client) => {
    proxy.connections += 1;
    const host = connect(to, '127.0.0.1');
    let carried = 0;
    for (const socket of [client, host]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => (client.destroy(), host.destroy()));
    }
    host.pipe(client);
    client.on('data', (chunk: Buffer) => {
      carried += chunk.length;
      if (carried <= bytes || left === 0) return void host.write(chunk);
      left -= 1;
      reached();
      if (how === 'cut') client.destroy();
      else client.pause();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    full,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  });
}
