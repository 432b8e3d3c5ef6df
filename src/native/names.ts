import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The native packages that Plugsmith knows. */
export const nativeNames = ['onnxruntime-node', 'sharp'] as const;

export type NativeName = (typeof nativeNames)[number];

/** The word a person types after `plugin setup` for a native package: `onnx` or `sharp`. */
export function setupTarget(name: NativeName): string {
  return name === 'onnxruntime-node' ? 'onnx' : name;
}

let pins: Record<string, string> | undefined;

/**
 * The exact version of a native package that this Plugsmith was tested with.
 * Read from our own package.json, so that there is one place to change it.
 */
export function pinnedVersion(name: NativeName): string {
  pins ??= readPins(dirname(fileURLToPath(import.meta.url)));
  const version = pins[name];
  if (version === undefined) throw new Error(`package.json of plugsmith pins no version of ${name}`);
  return version;
}

/** Sources and the bundled build lie at different depths, so our package.json is searched for upwards. */
function readPins(from: string): Record<string, string> {
  const file = join(from, 'package.json');
  if (existsSync(file)) {
    const found = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; optionalDependencies?: Record<string, string> };
    if (found.name === 'plugsmith') return found.optionalDependencies ?? {};
  }
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json of plugsmith was not found above its own code');
  return readPins(parent);
}
