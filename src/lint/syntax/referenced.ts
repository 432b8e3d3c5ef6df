/** Whether an identifier stands for the value of a variable. */
import type { Node } from '@babel/types';

/** Nodes whose identifiers only name something: labels, parameters, imports, attributes. */
const naming: ReadonlySet<string> = new Set([
  'PrivateName', 'LabeledStatement', 'CatchClause', 'RestElement', 'BreakStatement', 'ContinueStatement', 'FunctionDeclaration',
  'FunctionExpression', 'ExportNamespaceSpecifier', 'ImportDefaultSpecifier', 'ImportNamespaceSpecifier', 'ImportSpecifier',
  'ImportAttribute', 'JSXAttribute', 'ObjectPattern', 'ArrayPattern', 'MetaProperty',
]);

/** The one member of a node in which an identifier is read. */
const reading: ReadonlyMap<string, string> = new Map([
  ['JSXMemberExpression', 'object'], ['VariableDeclarator', 'init'], ['ArrowFunctionExpression', 'body'], ['ClassDeclaration', 'superClass'],
  ['ClassExpression', 'superClass'], ['AssignmentExpression', 'right'], ['AssignmentPattern', 'right'],
]);

/** Whether an identifier is read, rather than being bound, assigned or a mere name. As `isReferenced` of `@babel/types`. */
export function isReferenced(node: Node, parent: Node, grandparent: Node | undefined): boolean {
  switch (parent.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return parent.property === node ? parent.computed : parent.object === node;
    case 'ClassMethod':
    case 'ClassPrivateMethod':
    case 'ObjectMethod':
      return parent.key === node && 'computed' in parent && parent.computed === true;
    case 'ObjectProperty':
      return parent.key === node ? parent.computed : grandparent?.type !== 'ObjectPattern';
    case 'ClassProperty':
    case 'ClassAccessorProperty':
    case 'TSPropertySignature':
      return parent.key !== node || parent.computed === true;
    case 'ClassPrivateProperty':
      return parent.key !== node;
    case 'ExportSpecifier':
      return parent.local === node && !(grandparent && 'source' in grandparent && grandparent.source);
    case 'TSEnumMember':
      return parent.id !== node;
    default: {
      const member = reading.get(parent.type);
      return member === undefined ? !naming.has(parent.type) : (parent as unknown as Record<string, unknown>)[member] === node;
    }
  }
}
