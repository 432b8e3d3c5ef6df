/** Reads a manifest file without running it. */
import type { File, Node } from '@babel/types';
import { tellingKeys } from '../keys.js';
import { UNKNOWN, isTreeObject } from '../tree.js';
import { collectBindings, follow, type Bindings } from './bindings.js';
import type { PlacedSource } from './places.js';
import { Reader } from './reader.js';
import { unwrap } from './unwrap.js';

/** How the file exports its manifest. */
export type ExportForm =
  /** `export default defineManifest({...})` */
  | 'define'
  /** `export default {...}`, or another value that could be read */
  | 'bare'
  /** a function or class */
  | 'callable'
  /** something that only running the file can tell */
  | 'unknown'
  /** no default export */
  | 'none';

/** A manifest as it was read, with the places of its keys and values (`placeOf`). */
export interface StaticManifest extends PlacedSource {
  /** As it was given, for messages. */
  path: string;
  form: ExportForm;
  /** The manifest as a plain tree, schemas as JSON Schema; UNKNOWN where it could not be read. */
  value: unknown;
  /** Whether anything in the file says that it is a plugin's manifest: an import from plugsmith, a list of features, or another field. */
  isPlugin: boolean;
}

/**
 * Reads the source of a manifest file. Loads the parser on first use.
 * @throws SyntaxError when the source cannot be parsed
 */
export async function readStatic(text: string, path: string): Promise<StaticManifest> {
  const { parse } = await import('./parser.js');
  const plugins = /\.[cm]?js$/.test(path) ? [] : (['typescript'] as const);
  return readManifestAst(parse(text, { sourceType: 'module', plugins: [...plugins] }), text, path);
}

/** Reads a file that is parsed already (with a `typescript` or plain front end). Pure. */
export function readManifestAst(file: File, text: string, path: string): StaticManifest {
  const bindings = collectBindings(file);
  const reader = new Reader(bindings);
  const { form, value } = readExport(file, reader);
  return { path, text, places: reader.places, form, value, isPlugin: form === 'define' || looksLikePlugin(bindings, value) };
}

function looksLikePlugin({ consts, imports }: Bindings, value: unknown): boolean {
  const modules = [...imports.values()].map(({ module }) => module);
  if (modules.some((module) => module === 'plugsmith' || module.startsWith('plugsmith/'))) return true;
  const manifest = isTreeObject(value) ? value : {};
  const features = manifest['features'];
  return (Array.isArray(features) && features.some(isTreeObject)) || [...consts.keys(), ...Object.keys(manifest)].some((name) => tellingKeys.includes(name));
}

function readExport(file: File, reader: Reader): Pick<StaticManifest, 'form' | 'value'> {
  const { bindings } = reader;
  const exported = findDefaultExport(file);
  if (exported === undefined) return { form: 'none', value: undefined };

  const node = follow(bindings, exported);
  if (/^(Function|Class|ArrowFunction)/.test(node.type)) {
    reader.note([], node);
    return { form: 'callable', value: UNKNOWN };
  }
  if (node.type === 'CallExpression' && isDefineManifest(bindings, unwrap(node.callee))) {
    const argument = node.arguments[0];
    reader.note([], argument ?? node);
    return { form: 'define', value: argument === undefined ? undefined : reader.read(argument, []) };
  }
  reader.note([], node);
  const value = reader.read(node, []);
  return { form: value === UNKNOWN ? 'unknown' : 'bare', value };
}

/** What `export default` (or `export { x as default }`) gives; undefined when there is none. */
function findDefaultExport(file: File): Node | undefined {
  for (const statement of file.program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const specifier of statement.specifiers) {
      const name = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value;
      if (name !== 'default') continue;
      // From another module: a node that cannot be read, so that its value is UNKNOWN.
      return specifier.type === 'ExportSpecifier' && !statement.source ? specifier.local : specifier;
    }
  }
  return undefined;
}

function isDefineManifest(bindings: Bindings, callee: Node): boolean {
  if (callee.type === 'MemberExpression') {
    return !callee.computed && callee.property.type === 'Identifier' && callee.property.name === 'defineManifest';
  }
  if (callee.type !== 'Identifier') return false;
  return callee.name === 'defineManifest' || bindings.imports.get(callee.name)?.name === 'defineManifest';
}
