/** What a TypeScript or JavaScript file exports. */
import type * as t from '@babel/types';
import type { ExportFact } from '../model.js';
import { nameOf } from './patterns.js';

export function exportsOf(body: readonly t.Statement[]): ExportFact[] {
  return body.flatMap((node): ExportFact[] => {
    if (node.type === 'ExportAllDeclaration' || node.type === 'TSExportAssignment') return [{ name: null, local: null }];
    if (node.type === 'ExportDefaultDeclaration') return [{ name: 'default', local: null }];
    if (node.type !== 'ExportNamedDeclaration' || node.exportKind === 'type') return [];
    const { declaration, source } = node;
    if (declaration) return declared(declaration).map((name) => ({ name, local: name }));
    return node.specifiers.map((one) => {
      const local = one.type === 'ExportSpecifier' && !source ? nameOf(one.local) : null;
      return { name: nameOf(one.exported), local };
    });
  });
}

function declared(node: t.Declaration): string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') return node.id ? [node.id.name] : [];
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id }) => {
    if (id.type === 'Identifier') return [id.name];
    if (id.type !== 'ObjectPattern') return [];
    return id.properties.flatMap((one) => (one.type === 'ObjectProperty' && one.value.type === 'Identifier' ? [one.value.name] : []));
  });
}
