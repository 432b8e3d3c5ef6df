/** A manifest.py read without running it, for those who need its content and not the findings about it. */
import { hasUnknown } from '../manifest/index.js';
import { loadPython } from './python/index.js';
import { readPythonManifest } from './rules/man/python/read.js';

export interface StaticPythonManifest {
  /** The manifest as a plain tree; UNKNOWN where only running the file can tell, undefined where it has none. */
  value: unknown;
  /** Whether nothing in it is unknown, so that `parseManifest` can take it. */
  complete: boolean;
}

/** @param text the content of manifest.py */
export async function staticPythonManifest(text: string): Promise<StaticPythonManifest> {
  const tree = (await loadPython()).parse(text);
  if (tree.firstError !== null) return { value: undefined, complete: false };
  const { value } = readPythonManifest(tree);
  return { value, complete: value !== undefined && !hasUnknown(value) };
}
