/** What the expressions of a Python manifest stand for, with the place of every key and value. */
import { UNKNOWN, markOpen, placeKey, type KeyPlace, type Path, type Range, type TreeObject } from '../../../../manifest/index.js';

/** A value and where its key is written: the name it is assigned to, or the key of a dict. */
export interface Entry {
  key: Range | undefined;
  value: Value;
}

/** The content of a dict. Shared by all names of the dict, because Python changes dicts in place. */
export interface Dict {
  entries: Map<string, Entry>;
  /** Whether there may be other keys. */
  isOpen: boolean;
}

/** The content of a list or tuple, shared like that of a dict. */
export interface List {
  items: Value[];
  /** Whether something that is not understood may have changed it. */
  isUnknown: boolean;
}

export interface Field {
  key: Range;
  at: Range;
  /** A JSON Schema, in which UNKNOWN stands for what could not be read. */
  schema: unknown;
  isRequired: boolean;
}

/** A pydantic model. */
export interface Model {
  fields: Map<string, Field>;
  isOpen: boolean;
}

/** `at` is where the value is written; for a name, where the name is. */
export type Value =
  | { kind: 'plain'; value: string | number | boolean | null; at: Range }
  | { kind: 'list'; list: List; at: Range }
  | { kind: 'dict'; dict: Dict; at: Range }
  | { kind: 'model'; model: Model; at: Range }
  | { kind: 'unknown'; at: Range };

/** More than any manifest needs: lists that hold each other twice would otherwise be written out for ever. */
const maxValues = 20_000;
const maxDepth = 200;

/** Something that is not understood gets hold of the value: from here on, nothing is known of its content. */
export function disturb(value: Value): void {
  const stack = [value];
  for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
    if (current.kind === 'list' && !current.list.isUnknown) {
      current.list.isUnknown = true;
      for (const item of current.list.items) stack.push(item);
    } else if (current.kind === 'dict' && !(current.dict.isOpen && current.dict.entries.size === 0)) {
      current.dict.isOpen = true;
      for (const entry of current.dict.entries.values()) stack.push(entry.value);
      current.dict.entries.clear();
    }
  }
}

/** The plain tree that the checks read, and the places of its parts. */
export function layOut(manifest: Dict): { tree: TreeObject; places: Map<string, KeyPlace> } {
  const places = new Map<string, KeyPlace>();
  let left = maxValues;
  return { tree: dictAt(manifest, []), places };

  function valueAt(value: Value, path: Path): unknown {
    if (--left < 0 || path.length > maxDepth) return UNKNOWN;
    switch (value.kind) {
      case 'plain':
        return value.value;
      case 'list':
        if (value.list.isUnknown) return UNKNOWN;
        return value.list.items.map((item, i) => entryAt({ key: undefined, value: item }, [...path, i]));
      case 'dict':
        return dictAt(value.dict, path);
      case 'model':
        for (const [name, { key, at }] of value.model.fields) places.set(placeKey([...path, 'properties', name]), { key, value: at });
        return schemaOf(value.model);
      case 'unknown':
        return UNKNOWN;
    }
  }

  function entryAt({ key, value }: Entry, path: Path): unknown {
    places.set(placeKey(path), { key, value: value.at });
    return valueAt(value, path);
  }

  function dictAt({ entries, isOpen }: Dict, path: Path): TreeObject {
    const tree: TreeObject = Object.fromEntries([...entries].map(([name, entry]) => [name, entryAt(entry, [...path, name])]));
    // A table of fields becomes the properties of a schema, and problems name it so.
    if (path.length === 1 && String(path[0]).endsWith('_schema') && !entries.has('properties')) {
      for (const [name, { key, value }] of entries) places.set(placeKey([...path, 'properties', name]), { key, value: value.at });
    }
    if (isOpen) markOpen(tree);
    return tree;
  }
}

/** A model as JSON Schema, as `model_json_schema()` gives it but for its titles. */
export function schemaOf({ fields, isOpen }: Model): TreeObject {
  const properties: TreeObject = Object.fromEntries([...fields].map(([name, { schema }]) => [name, schema]));
  if (isOpen) markOpen(properties);
  const required = [...fields].flatMap(([name, { isRequired }]) => (isRequired ? [name] : []));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}
