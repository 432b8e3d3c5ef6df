import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure, messageOf } from '../errors/index.js';
import { nativeDir } from './cache.js';
import { type NativeName, pinnedVersion, setupTarget } from './names.js';

/** What `loadNative` gives for each name. */
export interface NativeModules {
  'onnxruntime-node': typeof import('onnxruntime-node');
  sharp: (typeof import('sharp'))['default'];
}

/**
 * The path of a native package's entry file, or null where it is absent. Loads nothing and starts nothing.
 * A copy in the cache comes first: it is there only because somebody ran `plugin setup`
 * after finding the installation's own copy missing or broken. Other versions than the pinned one do not count.
 */
export function resolveNative(name: NativeName): string | null {
  return resolveFrom(join(nativeDir(name), 'package.json'), name) ?? resolveFrom(import.meta.url, name);
}

/** As `resolveNative`, but looks only from one place (a file path or URL that need not exist). */
export function resolveFrom(place: string, name: NativeName): string | null {
  let entry: string;
  try {
    entry = createRequire(place).resolve(name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A package.json without the file it names is a torn copy: as good as absent, and `setup` replaces it.
    if (code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  return versionOf(entry, name) === pinnedVersion(name) ? entry : null;
}

/** The version that the package around an entry file states, or null where no package of that name encloses it. */
function versionOf(entry: string, name: NativeName): string | null {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const found = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (found.name === name) return found.version ?? null;
  }
  return null;
}

/**
 * Loads a native package into this process. Call it in the main thread:
 * onnxruntime reads its telemetry switch from the real environment, which a worker thread cannot change.
 * @throws Failure `native-missing` where it is not installed, `native-broken` where it does not load.
 */
export function loadNative<N extends NativeName>(name: N): NativeModules[N] {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  const entry = resolveNative(name);
  if (entry === null) throw nativeMissing(name);
  try {
    return createRequire(entry)(entry) as NativeModules[N];
  } catch (error) {
    throw nativeBroken(name, messageOf(error), error);
  }
}

const purpose: Record<NativeName, string> = {
  'onnxruntime-node': 'Models in ONNX format and vector search run on it.',
  sharp: 'Images are decoded with it.',
};

/** The failure for a native package that is not there. Commands may throw it before they start work. */
export function nativeMissing(name: NativeName): Failure {
  return new Failure({
    code: 'native-missing',
    message: `${name} ${pinnedVersion(name)} is not installed.`,
    why: `${purpose[name]} It is an optional dependency; npm leaves it out without a message when its install script fails.`,
    next: `Run: plugin setup ${setupTarget(name)}`,
    details: { name, version: pinnedVersion(name) },
  });
}

/** The failure for a native package that is there but does not load. */
export function nativeBroken(name: NativeName, reason: string, cause?: unknown): Failure {
  return new Failure({
    code: 'native-broken',
    message: `${name} ${pinnedVersion(name)} is installed but does not load: ${firstLine(reason)}`,
    why: `${purpose[name]} The copy may be torn, or made for another platform than ${process.platform}-${process.arch}.`,
    next: `Run: plugin setup ${setupTarget(name)}`,
    details: { name, version: pinnedVersion(name), platform: `${process.platform}-${process.arch}` },
    cause,
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
