/** The parameters of a file's functions, so that keyword arguments find their place. */
import type { PythonNode } from '../../python/index.js';
import { camelCase, normalised } from './source.js';

/** Parameter names by function name; those of a constructor under the name of its class; null where two differ. */
export function signaturesOf(root: PythonNode): Map<string, readonly string[] | null> {
  const found = new Map<string, readonly string[] | null>();
  const stack: PythonNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'function_definition') {
      const params = parametersOf(node);
      for (const name of namesOf(node)) {
        const known = found.get(name);
        found.set(name, known === undefined || known?.join() === params.join() ? params : null);
      }
    }
    for (const child of node.children) if (isStatement(child)) stack.push(child);
  }
  return found;
}

function namesOf(node: PythonNode): string[] {
  const name = normalised(node.childForFieldName('name')?.text ?? '');
  if (name !== '__init__') return [name];
  let outer = node.parent;
  while (outer && outer.type !== 'class_definition') outer = outer.parent;
  return [normalised(outer?.childForFieldName('name')?.text ?? name)];
}

function parametersOf(node: PythonNode): string[] {
  const names = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((part) => {
    const id = part.type === 'typed_parameter' ? part.namedChildren[0] : (part.childForFieldName('name') ?? part);
    return id?.type === 'identifier' ? [camelCase(normalised(id.text))] : [];
  });
  return /^(self|cls)$/.test(names[0] ?? '') ? names.slice(1) : names;
}

function isStatement(node: PythonNode): boolean {
  return /_(statement|definition|clause)$|^block$/.test(node.type);
}
