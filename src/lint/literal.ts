/** Values of literals: what a file says without being run. Pure. */
import type { Expression, File, Node, ObjectProperty } from '@babel/types';

/** Something that is no literal. */
export class NotLiteral extends Error {
  constructor(readonly what: string, readonly line: number) {
    super(what);
  }
}

/**
 * The value of a module's default export.
 *
 * @throws NotLiteral when there is none, or when running it would be needed.
 */
export function literalDefaultExport(ast: File): unknown {
  const statement = ast.program.body.find((node) => node.type === 'ExportDefaultDeclaration');
  if (statement?.type !== 'ExportDefaultDeclaration') throw new NotLiteral('there is no default export', 1);
  return valueOf(statement.declaration);
}

function valueOf(node: Node): unknown {
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'ArrayExpression':
      return node.elements.map((element) => (element === null ? refuse(node, 'a list has a hole') : valueOf(element)));
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.map((property) => (property.type === 'ObjectProperty' ? entryOf(property) : refuse(property, 'an object has a method or a spread'))));
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? node.quasis[0]?.value.cooked : refuse(node, 'a text is put together');
    // Types change no value.
    case 'TSSatisfiesExpression':
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return valueOf(node.expression as Expression);
    default:
      return refuse(node, 'a value is not written out');
  }
}

function entryOf({ key, value, computed }: ObjectProperty): [string, unknown] {
  if (!computed && key.type === 'Identifier') return [key.name, valueOf(value)];
  if (!computed && key.type === 'StringLiteral') return [key.value, valueOf(value)];
  return refuse(key, 'a key is not written out');
}

function refuse(node: Node, what: string): never {
  throw new NotLiteral(what, node.loc?.start.line ?? 1);
}
