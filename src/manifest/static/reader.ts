/**
 * Reads expressions without running them: literals, lists, objects, `const` references and their members, spreads, sums
 * and products. The rest is UNKNOWN.
 */
import type { ArrayExpression, BinaryExpression, Node, ObjectExpression } from '@babel/types';
import { UNKNOWN, isOpen, isTreeObject, markOpen, type Path, type TreeObject } from '../tree.js';
import { follow, type Bindings } from './bindings.js';
import { placeKey, rangeOf, type KeyPlace } from './places.js';
import { unwrap } from './unwrap.js';
import { readZod } from './zod.js';

/** Bounds for hostile source: consts that double each other, or refer to themselves. */
const maxReads = 20_000;
const maxDepth = 200;
const maxTemplate = 10_000;

/** Stands for a value that JSON does not have. */
const zodObject = Symbol('zod schema');

function isSchemaSlot([key, ...more]: Path): boolean {
  return more.length === 0 && String(key).endsWith('_schema');
}

/** Reads the expressions of one file, and notes where each key and value stands. */
export class Reader {
  readonly places = new Map<string, KeyPlace>();
  /** Objects that were read from zod expressions, and those of them that are optional fields. */
  readonly schemas = new WeakSet<object>();
  readonly optional = new WeakSet<object>();
  private reads = 0;
  private depth = 0;

  constructor(readonly bindings: Bindings) {}

  /** The value of an expression; `path` is where it stands in the manifest. */
  read(node: Node, path: Path): unknown {
    if (++this.reads > maxReads || this.depth >= maxDepth) return UNKNOWN;
    this.depth++;
    try {
      return this.readNode(unwrap(node), path);
    } finally {
      this.depth--;
    }
  }

  /** Notes the place of a value, and of its key where it has one. */
  note(path: Path, value: Node, key?: Node): void {
    const range = rangeOf(value);
    if (range !== undefined) this.places.set(placeKey(path), { key: key && rangeOf(key), value: range });
  }

  private readNode(node: Node, path: Path): unknown {
    switch (node.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return node.value;
      case 'NullLiteral':
        return null;
      case 'TemplateLiteral':
        return this.readTemplate(node.quasis.map((quasi) => quasi.value.cooked), node.expressions);
      case 'UnaryExpression': {
        const value = this.read(node.argument, path);
        if (typeof value !== 'number') return UNKNOWN;
        return node.operator === '-' ? -value : node.operator === '+' ? value : UNKNOWN;
      }
      case 'Identifier': {
        if (node.name === 'undefined') return undefined;
        const init = this.bindings.consts.get(node.name);
        return init === undefined ? UNKNOWN : this.read(init, path);
      }
      case 'ArrayExpression':
        return this.readList(node, path);
      case 'ObjectExpression':
        return this.readObject(node, path);
      case 'CallExpression':
        return readZod(this, node, path);
      case 'BinaryExpression':
        return this.readSum(node);
      case 'MemberExpression': {
        const written = this.written(node);
        return written === undefined ? UNKNOWN : this.read(written, path);
      }
      default:
        return UNKNOWN;
    }
  }

  private readTemplate(texts: (string | null | undefined)[], expressions: Node[]): unknown {
    let result = texts[0] ?? '';
    for (const [i, expression] of expressions.entries()) {
      const value = this.read(expression, []);
      if ((typeof value !== 'string' && typeof value !== 'number') || result.length > maxTemplate) return UNKNOWN;
      result += `${value}${texts[i + 1] ?? ''}`;
    }
    return result;
  }

  private readSum({ left, operator, right }: BinaryExpression): unknown {
    const [a, b] = [this.read(left, []), this.read(right, [])];
    if (typeof a === 'number' && typeof b === 'number') return operator === '+' ? a + b : operator === '*' ? a * b : UNKNOWN;
    const isText = [a, b].every((part) => typeof part === 'string' || typeof part === 'number');
    return operator === '+' && isText && String(a).length <= maxTemplate ? `${a as string}${b as string}` : UNKNOWN;
  }

  /** The expression behind names and members of written-out objects (`CONFIG.dim`); undefined where it cannot be told. */
  private written(node: Node): Node | undefined {
    if (++this.reads > maxReads || this.depth >= maxDepth) return undefined;
    this.depth++;
    try {
      const found = follow(this.bindings, node);
      if (found.type !== 'MemberExpression') return found;
      const table = this.written(found.object);
      const wanted = this.keyOf(found.property, found.computed);
      let member: Node | undefined;
      for (const entry of table?.type === 'ObjectExpression' ? table.properties : []) {
        this.reads++;
        const key = entry.type === 'ObjectProperty' ? this.keyOf(entry.key, entry.computed) : undefined;
        // A spread, a method or a computed key may be what is looked for.
        if (entry.type !== 'ObjectProperty' || key === undefined) return undefined;
        if (key === wanted) member = entry.value;
      }
      return member && this.written(member);
    } finally {
      this.depth--;
    }
  }

  private readList(node: ArrayExpression, path: Path): unknown[] {
    const list: unknown[] = [];
    for (const element of node.elements) {
      if (element === null) list.push(undefined);
      else if (element.type === 'SpreadElement') {
        const spread = this.read(element.argument, path);
        // One UNKNOWN item stands for however many there are.
        list.push(...(Array.isArray(spread) ? (spread as unknown[]) : [UNKNOWN]));
      } else {
        const itemPath = [...path, list.length];
        this.note(itemPath, element);
        list.push(this.read(element, itemPath));
      }
    }
    return list;
  }

  private readObject(node: ObjectExpression, path: Path): TreeObject {
    // A map, because assigning a key named __proto__ to an object would do something else.
    const entries = new Map<string, unknown>();
    let open = false;
    /** Keys whose value is not UNKNOWN yet, so that many spreads cost no more than one. */
    let known: string[] = [];
    const set = (key: string, value: unknown): void => {
      entries.set(key, value);
      known.push(key);
    };
    /** Something with unknown keys comes here: it may add any key, and overwrite those read so far. */
    const mayOverwrite = (): void => {
      open = true;
      for (const key of known) entries.set(key, UNKNOWN);
      known = [];
    };
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.read(property.argument, path);
        const object = isTreeObject(spread) ? spread : undefined;
        if (object === undefined || isOpen(object)) mayOverwrite();
        for (const [key, value] of Object.entries(object ?? {})) set(key, value);
        continue;
      }
      const key = this.keyOf(property.key, property.computed);
      if (key === undefined) {
        mayOverwrite();
        continue;
      }
      const keyPath = [...path, key];
      const value = property.type === 'ObjectProperty' ? property.value : property;
      this.note(keyPath, value, property.key);
      set(key, this.read(value, keyPath));
    }
    const object: TreeObject = Object.fromEntries(entries);
    if (isSchemaSlot(path)) this.keepSchemasOut(object);
    if (open) markOpen(object);
    return object;
  }

  /** `{ text: z.string() }` is no schema: what stands in it is zod's, and not the JSON that it was read as. */
  private keepSchemasOut(table: TreeObject): void {
    for (const [key, value] of Object.entries(table)) if (isTreeObject(value) && this.schemas.has(value)) table[key] = zodObject;
  }

  /** The name that a key spells, or undefined where only running the file can tell. */
  private keyOf(key: Node, computed = false): string | undefined {
    if (key.type === 'Identifier' && !computed) return key.name;
    const name = this.read(key, []);
    return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined;
  }
}
