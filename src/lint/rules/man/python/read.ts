/** Reads a manifest.py without running it: module-level names, and what they leave out from the dict `metadata`. */
import { closestKey, manifestKeys, tellingKeys, type PlacedSource, type Range } from '../../../../manifest/index.js';
import type { Tree } from '../../../python/index.js';
import { readModule } from './module.js';
import type { Names } from './names.js';
import { layOut, type Dict, type Entry } from './value.js';

/** A manifest as it was read, with the places of its keys and values. */
export interface PythonManifest extends PlacedSource {
  /** As a plain tree, schemas as JSON Schema, UNKNOWN where it could not be read; undefined when the file has none. */
  value: unknown;
  /** Whether the file is recognisably a plugin's. */
  isPlugin: boolean;
}

export function readPythonManifest({ rootNode, text }: Tree): PythonManifest {
  const names = readModule(rootNode);
  const metadata = names.values.get('metadata');
  const manifest: Dict = { entries: new Map(), isOpen: names.isOpen || names.imports.has('metadata') };
  if (metadata?.value.kind === 'dict') {
    for (const [key, entry] of metadata.value.dict.entries) manifest.entries.set(key, entry);
    manifest.isOpen ||= metadata.value.dict.isOpen;
  } else if (metadata !== undefined) manifest.isOpen = true;
  for (const [key, entry] of moduleEntries(names)) {
    // None stands for an absent field, and leaves metadata its say.
    if (!isNone(entry) || !manifest.entries.has(key)) manifest.entries.set(key, entry);
  }
  readLegacyName(manifest);
  if (!manifest.isOpen) addMisspelt(manifest, names, text);
  const { tree, places } = layOut(manifest);
  const root = metadata?.value.at ?? firstKey(manifest);
  if (root !== undefined) places.set('', { key: undefined, value: root });
  const isThere = manifest.isOpen || manifest.entries.size > 0;
  return { text, places, value: isThere ? tree : undefined, isPlugin: looksLikePlugin(manifest) };
}

function isNone({ value }: Entry): boolean {
  return value.kind === 'plain' && value.value === null;
}

/** The names of the module that are fields of a manifest. */
function* moduleEntries(names: Names): Generator<[string, Entry]> {
  const nowhere: Range = { start: 0, end: 0 };
  for (const key of manifestKeys) {
    const entry = names.values.get(key);
    if (entry !== undefined) yield [key, entry];
    else if (names.imports.has(key)) yield [key, { key: undefined, value: { kind: 'unknown', at: nowhere } }];
  }
}

/** Older guides write `metadata["name"]`. */
function readLegacyName({ entries }: Dict): void {
  const legacy = entries.get('name');
  entries.delete('name');
  if (legacy !== undefined && !entries.has('feature_extractor_name')) entries.set('feature_extractor_name', legacy);
}

/** A name that nothing in the file reads, that is nearly that of a field, and whose field is not there. */
function addMisspelt(manifest: Dict, names: Names, text: string): void {
  if (!looksLikePlugin(manifest)) return;
  const found = [...names.values].filter(([name, entry]) => {
    const meant = entry.value.kind === 'unknown' || isClass(entry) ? undefined : closestKey(name);
    return meant !== undefined && meant !== name && !names.values.has(meant) && !manifest.entries.has(meant);
  });
  const counts = found.length === 0 ? new Map<string, number>() : countWords(text);
  for (const [name, entry] of found) if (counts.get(name) === 1) manifest.entries.set(name, entry);
}

/** Whether the name is that of the class itself, and not assigned to. */
function isClass({ key, value }: Entry): boolean {
  return value.kind === 'model' && key !== undefined && value.at.start < key.start;
}

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.normalize('NFKC').matchAll(/[\p{L}\p{N}_]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function firstKey({ entries }: Dict): Range | undefined {
  const keys = [...entries.values()].flatMap(({ key }) => (key === undefined ? [] : [key]));
  return keys.sort((a, b) => a.start - b.start)[0];
}

function looksLikePlugin({ entries }: Dict): boolean {
  if (tellingKeys.some((name) => entries.has(name))) return true;
  const features = entries.get('features')?.value;
  return features?.kind === 'list' && features.list.items.some(({ kind }) => kind === 'dict');
}
