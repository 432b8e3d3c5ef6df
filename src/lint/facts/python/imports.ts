/** Imports of Python as facts. */
import type { PythonNode } from '../../python/index.js';
import type { Stmt } from '../model.js';
import { serviceOfName } from '../vocabulary/index.js';
import { camelCase, normalised, placeOf, type Source } from './source.js';

/** Lowers `import` and `from ... import`. */
export function lowerImports(source: Source, node: PythonNode): Stmt[] {
  const where = { at: placeOf(source, node), ...(isOptional(node) ? { isOptional: true } : {}) };
  const names = node.childrenForFieldName('name').map((part) => ({
    path: normalised(part.childForFieldName('name')?.text ?? part.text),
    alias: part.childForFieldName('alias')?.text ?? null,
  }));
  if (node.type === 'import_from_statement') {
    const module = normalised(node.childForFieldName('module_name')?.text ?? '');
    if (node.namedChildren.some(({ type }) => type === 'wildcard_import')) return [{ op: 'import', module, name: '*', local: '*', ...where }];
    return names.map(({ path, alias }) => ({ op: 'import', module, name: camelCase(path), local: camelCase(normalised(alias ?? path)), ...where }));
  }
  return names.map(({ path, alias }) => {
    const [first = path] = path.split('.');
    const local = camelCase(normalised(alias ?? first));
    return { op: 'import', module: path, name: tellingName(path, local), local, ...where };
  });
}

/** Of a module's names the one that says most: `requests` for `import requests as r`. */
function tellingName(path: string, local: string): string {
  const names = [local, ...path.split('.').reverse()];
  return names.find((name) => serviceOfName(name) !== null) ?? local;
}

function isOptional(node: PythonNode): boolean {
  for (let inner = node, up = node.parent; up && !/^(function_definition|class_definition|module)$/.test(up.type); inner = up, up = up.parent) {
    if (/^(try|with)_statement$/.test(up.type)) return true;
    if (up.type === 'if_statement' && !(inner.fieldName === 'consequence' && isNotLoaded(up.childForFieldName('condition')))) return true;
  }
  return false;
}

/** `if self._model is None`, `if not hasattr(self, "_model")`: true the first time, and so at least once. */
function isNotLoaded(condition: PythonNode | null): boolean {
  return condition !== null && /^(((self|cls)\.\w+|_\w+)\s+is\s+None|not\s+hasattr\((self|cls),[^()]*\))$/.test(condition.text);
}
