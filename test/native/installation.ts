import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

/** Versions that no registry has, so that nothing real can be picked up by accident. */
export const pins = { 'onnxruntime-node': '0.0.7', sharp: '0.0.8' };

export function tempFolder(): { path: string; remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-native-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes files given as path -> text, making folders. */
export function write(root: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What the expression gave, or the thrown failure's fields. */
  value: any; // The tests read fields of several shapes.
}

/**
 * The native room built into an installation of its own, without its optional dependencies,
 * as npm leaves it when an install script fails. Each call runs in a real process.
 */
export class Installation {
  readonly cache: string;
  private readonly bundle: string;
  constructor(private readonly root: string) {
    this.bundle = join(root, 'plugsmith', 'dist', 'native.mjs');
    this.cache = join(root, 'cache');
    write(root, { 'plugsmith/package.json': JSON.stringify({ name: 'plugsmith', optionalDependencies: pins }) });
    buildSync({ entryPoints: ['src/native/index.ts'], bundle: true, format: 'esm', platform: 'node', outfile: this.bundle, external: ['esbuild'] });
  }

  /** Starts a process that evaluates an expression over the room's exports (`native`). */
  start(expression: string, env: Record<string, string> = {}): { pid: number; done: Promise<Result> } {
    const script = `import * as native from ${JSON.stringify(pathToFileURL(this.bundle).href)};
      let value;
      try { value = await (${expression}) } catch (error) { const { name, code, message, next } = error; value = { name, code, message, next } }
      console.log(JSON.stringify(value) ?? 'null');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: this.root,
      detached: true,
      env: { PATH: process.env['PATH'], HOME: this.root, PLUGSMITH_CACHE_DIR: this.cache, npm_config_cache: join(this.root, 'npm'), npm_config_fetch_retries: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    const done = new Promise<Result>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, value: text === '' ? undefined : JSON.parse(text) }));
    });
    return { pid: child.pid!, done };
  }

  async run(expression: string, env: Record<string, string> = {}): Promise<Result['value']> {
    return (await this.start(expression, env).done).value;
  }
}

/** A package registry on loopback that serves two small packages in the places of the real ones. */
export class Registry {
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  /** While set, tarballs are begun and never finished; called when one is asked for. */
  stall: (() => void) | undefined;
  private readonly tarballs = new Map<string, Buffer>();
  private readonly server = createServer((request, response) => {
    const path = request.url ?? '/';
    this.asked.push(path);
    const tarball = this.tarballs.get(path);
    if (tarball) {
      response.writeHead(200, { 'content-length': tarball.length });
      if (!this.stall) return response.end(tarball);
      response.write(tarball.subarray(0, 10));
      return this.stall();
    }
    const name = path.slice(1);
    const own = this.tarballs.get(`/${name}.tgz`);
    const version = pins[name as keyof typeof pins];
    if (!own) return response.writeHead(404).end('{}');
    const integrity = `sha512-${createHash('sha512').update(own).digest('base64')}`;
    const dist = { tarball: `${this.url}/${name}.tgz`, integrity };
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, hasInstallScript: true, dist } } }));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(folder: string): Promise<void> {
    const platform = `${process.platform}/${process.arch}`;
    this.pack(folder, 'onnxruntime-node', {
      'index.js': `module.exports = require('./bin/napi-v6/${platform}/binding.js')`,
      [`bin/napi-v6/${platform}/binding.js`]: `module.exports = { telemetry: process.env.ORT_DISABLE_TELEMETRY }`,
      'bin/napi-v6/plan9/mips/binding.js': 'other',
      'bin/napi-v6/linux/mips/binding.js': 'other',
    });
    this.pack(folder, 'sharp', { 'index.js': `module.exports = require('./missing-binary')` });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private pack(folder: string, name: keyof typeof pins, files: Record<string, string>): void {
    const root = join(folder, 'packages', name);
    const manifest = { name, version: pins[name], main: 'index.js', scripts: { postinstall: 'echo ran > script-ran' } };
    write(join(root, 'package'), { ...files, 'package.json': JSON.stringify(manifest) });
    execFileSync('tar', ['-czf', join(root, 'out.tgz'), '-C', root, 'package']);
    this.tarballs.set(`/${name}.tgz`, readFileSync(join(root, 'out.tgz')));
  }
}
