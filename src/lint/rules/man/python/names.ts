/** What the names at the top of a Python file stand for, at some point of reading it from top to bottom. */
import type { Range } from '../../../../manifest/index.js';
import type { PythonNode } from '../../../python/index.js';
import type { Entry, Value } from './value.js';

/** Where names may come from that a file imports with `*`. */
const starExports: Readonly<Record<string, readonly string[]>> = {
  pydantic: ['BaseModel', 'Field', 'ConfigDict', 'conlist'],
  typing: ['Any', 'Annotated', 'ClassVar', 'Dict', 'Final', 'List', 'Literal', 'Mapping', 'Optional', 'Sequence', 'Set', 'Tuple', 'Union'],
};

/** More dots than any module has. */
const maxDepth = 20;

export class Names {
  readonly values = new Map<string, Entry>();
  /** Imported names, and what they are: `List` is `typing.List`. */
  readonly imports = new Map<string, string>();
  /** Whether a module was imported with `*` that may bring any name. */
  isOpen = false;

  bind(name: string, key: Range, value: Value): void {
    this.values.set(name, { key, value });
    this.imports.delete(name);
  }

  /** Reads `import ...` and `from ... import ...`. */
  import(statement: PythonNode): void {
    const from = statement.childForFieldName('module_name');
    const module = from === null ? '' : moduleName(from);
    if (statement.children.some((child) => child.type === 'wildcard_import')) this.importAll(module);
    for (const named of statement.childrenForFieldName('name')) {
      const alias = named.type === 'aliased_import' ? named.childForFieldName('alias') : null;
      const full = moduleName(named.type === 'aliased_import' ? (named.childForFieldName('name') ?? named) : named);
      const [top = full] = full.split('.');
      if (from !== null) this.bindImport(nameOf(alias ?? named), `${module}.${full}`);
      else if (alias !== null) this.bindImport(nameOf(alias), full);
      else this.bindImport(top, top);
    }
  }

  private bindImport(name: string, full: string): void {
    this.values.delete(name);
    this.imports.set(name, canonical(full));
  }

  private importAll(module: string): void {
    const names = starExports[canonical(`${module}.`).slice(0, -1)];
    if (names === undefined) this.isOpen = true;
    for (const name of names ?? []) this.bindImport(name, `${module}.${name}`);
  }

  /** The full name of an imported thing (`typing.List`) or of a built-in one (`list`); undefined for the file's own. */
  fullName(node: PythonNode, depth = 0): string | undefined {
    if (node.type === 'identifier') {
      const name = nameOf(node);
      return this.values.has(name) ? undefined : (this.imports.get(name) ?? name);
    }
    if (node.type !== 'attribute' || depth > maxDepth) return undefined;
    const object = node.childForFieldName('object');
    const attribute = node.childForFieldName('attribute');
    const base = object === null ? undefined : this.fullName(object, depth + 1);
    return base === undefined || attribute === null ? undefined : canonical(`${base}.${nameOf(attribute)}`);
  }
}

/** An identifier as Python compares it. */
export function nameOf(node: PythonNode): string {
  return node.text.normalize('NFKC');
}

export function rangeOf(node: PythonNode): Range {
  return { start: node.startIndex, end: node.endIndex };
}

/** The dots between names are not in the tree, but in the text. */
function moduleName(node: PythonNode): string {
  return node.text.replace(/\s/g, '').normalize('NFKC');
}

/** Modules that only pass on what another one has. */
function canonical(full: string): string {
  return full
    .replace(/^(typing_extensions|collections\.abc)\./, 'typing.')
    .replace(/^pydantic\.(v1|fields|main|types|config)\./, 'pydantic.');
}
