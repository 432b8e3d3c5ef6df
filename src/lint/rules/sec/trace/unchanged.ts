/** Whether an object or list that a name stands for is still what its literal says. */
import type { Binding, Path } from '../../../syntax/index.js';

/** Methods that leave their receiver as it is. */
const READING_METHODS = new Set([
  'at', 'concat', 'entries', 'every', 'filter', 'find', 'findIndex', 'flat', 'flatMap', 'forEach', 'get', 'has',
  'includes', 'indexOf', 'join', 'keys', 'map', 'reduce', 'slice', 'some', 'toReversed', 'toSorted', 'toString',
  'values',
]);

const READING_PARENTS = new Set([
  'SpreadElement', 'ForOfStatement', 'ExportNamedDeclaration', 'ExportSpecifier', 'TSTypeQuery',
]);

/** True when every use of the name only reads: nothing is assigned to a member, and the object is not handed on. */
export function isUnchanged(binding: Binding): boolean {
  return binding.referencePaths.every(isReading);
}

function isReading(use: Path): boolean {
  if (use.parentPath === null || READING_PARENTS.has(use.parent.type) || READING_PARENTS.has(use.node.type)) return true;
  if (use.parent.type === 'VariableDeclarator') return use.parent.id.type !== 'Identifier';
  let member = use;
  while (member.key === 'object' && member.parentPath?.node.type === 'MemberExpression') member = member.parentPath;
  if (member === use) return false;
  const { parent, key } = member;
  if (parent.type === 'UpdateExpression') return false;
  if (parent.type === 'UnaryExpression') return parent.operator !== 'delete';
  if (parent.type === 'AssignmentExpression' && key === 'left') return false;
  if (parent.type.endsWith('Pattern') || parent.type === 'RestElement') return false;
  return key !== 'callee' || callsReadingMethod(member);
}

function callsReadingMethod({ node }: Path): boolean {
  return node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier'
    && READING_METHODS.has(node.property.name);
}
