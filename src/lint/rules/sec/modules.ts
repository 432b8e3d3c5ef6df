/** Which modules a plugin may load. Built-in modules are allowed by name, never forbidden by name. */
import { builtinModules } from 'node:module';

/**
 * Built-in modules without a way to files, processes, sockets, native code or other code. `http` and `https` are
 * here because plugins may call services, as they may with `fetch`; `process` because its members have a rule.
 */
const ALLOWED = new Set([
  'assert', 'assert/strict', 'async_hooks', 'buffer', 'console', 'constants', 'crypto', 'diagnostics_channel', 'events',
  'http', 'https', 'os', 'path', 'path/posix', 'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring',
  'readline', 'readline/promises', 'stream', 'stream/consumers', 'stream/promises', 'stream/web', 'string_decoder',
  'timers', 'timers/promises', 'url', 'util', 'util/types', 'zlib',
]);

const BUILT_IN = new Set(builtinModules);

/** What to use instead, by the first part of the module's name. */
const INSTEAD: Readonly<Record<string, string>> = {
  fs: 'Use `readAsset` or `openAsset` for data, and `context.models` or a JSON import for files of the plugin.',
  child_process: 'Do the work in the processor; native tools come through `context.models` and `context.images`.',
  worker_threads: 'Leave it out: Plugsmith runs several workers, see `max_concurrency` in the compute profile.',
  cluster: 'Leave it out: Plugsmith runs several workers, see `max_concurrency` in the compute profile.',
  net: 'Use `fetch` for services and `openAsset` for data.',
  tls: 'Use `fetch` for services and `openAsset` for data.',
  dgram: 'Use `fetch` for services and `openAsset` for data.',
  dns: 'Use `fetch` for services; it resolves names itself.',
  http2: 'Use `fetch` for services and `openAsset` for data.',
  vm: 'Choose behaviour with a table of functions; parse data with `JSON.parse`.',
  module: 'Import what you need by name, at the top of the file.',
  sqlite: 'Use `context` for state that outlives a batch, or an asset.',
  test: 'Move the test to a file under `test/`.',
};

/** Why a specifier is refused. */
export interface Refusal {
  message: string;
  why: string;
  next: string;
}

/**
 * Judges a specifier as the loader would read it: also `NODE:fs`, and `no\tde:fs`, are URLs that Node accepts.
 *
 * @param isCode whether `require` finds code, or JSON, at a relative path; `import` runs no file of another kind.
 * @returns undefined where it may be loaded.
 */
export function refuse(specifier: string, inTest: boolean, isCode = isNoAddOn): Refusal | undefined {
  const url = URL.canParse(specifier) ? new URL(specifier) : undefined;
  if (url && url.protocol !== 'node:') return refuseUrl(specifier, url.protocol);
  const name = url ? url.href.slice('node:'.length) : specifier;
  if (url || BUILT_IN.has(name)) {
    const allowed = ALLOWED.has(name) || (inTest && isTestModule(url, name));
    return allowed ? undefined : refuseBuiltIn(name);
  }
  if (/^[\\/]/.test(name)) {
    return {
      message: `"${specifier}" is an absolute path.`,
      why: 'A plugin may only load its own files and its dependencies; this one is outside what is scanned and packaged.',
      next: 'Move the file into the plugin and import it by a relative path.',
    };
  }
  if (name.startsWith('.') && !isCode(name)) {
    return {
      message: `"${specifier}" is not a JavaScript, TypeScript or JSON file.`,
      why: '`require` runs a file of any other extension as JavaScript, or loads it as native code, and neither is scanned.',
      next: 'Keep code in .js or .ts files and data in .json files or assets.',
    };
  }
  return undefined;
}

function isNoAddOn(name: string): boolean {
  return !/\.node$/i.test(name);
}

function isTestModule(url: URL | undefined, name: string): boolean {
  return url !== undefined && /^test(?:\/|$)/.test(name);
}

function refuseBuiltIn(name: string): Refusal {
  const [family = name] = name.split('/');
  return {
    message: `The built-in module "${name}" is not open to plugins.`,
    why: 'It reaches files, processes, the network or the engine directly, past everything Plugsmith controls.',
    next: INSTEAD[family] ?? 'Leave it out, or use one of the allowed modules that the page of this rule lists.',
  };
}

function refuseUrl(specifier: string, protocol: string): Refusal {
  const shown = specifier.length > 60 ? `${specifier.slice(0, 57)}...` : specifier;
  return {
    message: `"${shown}" is loaded from a \`${protocol}\` URL.`,
    why: 'The code behind it is neither packaged nor scanned.',
    next: 'Put the code into a file of the plugin and import it by a relative path.',
  };
}
