/** Resolves `#name` specifiers through the `imports` of the nearest package.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../../../errors/index.js';

/**
 * Everything a `#name` may stand for, under any condition; undefined where that cannot be told (no package.json, no
 * such entry, not JSON), which a rule takes for the worst.
 *
 * @param file path of the importing file, absolute or relative to `cwd`.
 */
export function resolvePackageImport(specifier: string, file: string, cwd = '.'): string[] | undefined {
  const imports = nearestImports(path.dirname(path.resolve(cwd, file)));
  if (!imports) return undefined;
  const entry = imports[specifier] ?? Object.entries(imports).find(([key]) => matches(key, specifier))?.[1];
  const targets = targetsOf(entry);
  return targets.length > 0 ? targets : undefined;
}

function matches(key: string, specifier: string): boolean {
  const [before = '', after] = key.split('*');
  return after !== undefined && specifier.startsWith(before) && specifier.endsWith(after);
}

/** A target is a string, or an object or list of targets by condition. */
function targetsOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  return typeof entry === 'object' && entry !== null ? Object.values(entry).flatMap(targetsOf) : [];
}

function nearestImports(folder: string): Record<string, unknown> | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    const text = readIfThere(path.join(at, 'package.json'));
    if (text !== undefined) return importsOf(text);
    if (at === path.dirname(at)) return undefined;
  }
}

function importsOf(text: string): Record<string, unknown> | undefined {
  try {
    const { imports } = JSON.parse(text) as { imports?: Record<string, unknown> };
    return imports;
  } catch (error) {
    // The file is not ours to complain about here; "cannot be told" makes the rule report the import.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
