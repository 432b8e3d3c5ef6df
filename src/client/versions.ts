/** Names and versions of plugins as people write them. Pure. */
import { Failure } from '../errors/index.js';

/** What a reference names: one version, or a plugin whose version is still to be chosen. */
export interface Reference {
  name: string;
  /** `X.Y.Z`; null where only the name was given. */
  version: string | null;
}

const NAME = /^[a-zA-Z][a-zA-Z0-9_]{2,63}$/;
const VERSION = /^\d+\.\d+\.\d+$/;

/**
 * Reads `name`, `name@1.0.0`, `name_1_0_0`, a feature URI, or the name of a deployment.
 * @throws Failure `reference-invalid`
 */
export function readReference(text: string): Reference {
  const bare = text.replace(/^mixpeek:\/\/([^/]+).*$/, '$1').replace(/^custom_plugin_/, '');
  const [, id, ...numbers] = /^(.+)_(\d+)_(\d+)_(\d+)$/.exec(bare) ?? [];
  const [name = '', version = null, ...more] = id === undefined ? bare.split('@') : [id, numbers.join('.')];
  if (NAME.test(name) && more.length === 0 && (version === null || VERSION.test(version))) return { name, version };
  throw new Failure({
    code: 'reference-invalid',
    message: `${JSON.stringify(text)} names no plugin.`,
    why: 'A plugin is named by its name, or by name and version.',
    next: 'Write my_plugin, my_plugin@1.0.0 or my_plugin_1_0_0.',
  });
}

/** `my_plugin_1_0_0` */
export function idOf(name: string, version: string): string {
  return `${name}_${version.replaceAll('.', '_')}`;
}

/** Compares `X.Y.Z` by numbers. For `sort`. */
export function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first patch version after all those that are taken and after `version` itself. */
export function nextVersion(version: string, taken: readonly string[]): string {
  const latest = [version, ...taken.filter((text) => VERSION.test(text))].sort(byVersion).at(-1) ?? version;
  const [major, minor, patch] = latest.split('.').map(Number);
  return `${major}.${minor}.${(patch ?? 0) + 1}`;
}
