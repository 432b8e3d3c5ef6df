/** Uses of a dangerous value that cannot do anything with it. */
import type { Node } from '@babel/types';
import type { Path } from '../../syntax/index.js';
import { wrapped } from './trace/index.js';

const COMPARISONS = new Set(['===', '!==', '==', '!=', 'instanceof']);

/** `typeof x`, `x === y`, `y instanceof x`, `case x:`: the value is looked at and dropped. */
export function isOnlyCompared(path: Path): boolean {
  const { parent, key } = wrapped(path);
  switch (parent.type) {
    case 'UnaryExpression':
      return true;
    case 'BinaryExpression':
      return COMPARISONS.has(parent.operator);
    case 'SwitchCase':
      return key === 'test';
    case 'SwitchStatement':
      return key === 'discriminant';
    default:
      return false;
  }
}

/** `x && ...`, `if (x)`, `if (a || x)`, `x ? a : b`: the value only decides. */
export function isOnlyTested(path: Path): boolean {
  let part = wrapped(path);
  while (part.parent.type === 'LogicalExpression' && part.parentPath) {
    if (part.key === 'left' && part.parent.operator === '&&') return true;
    part = wrapped(part.parentPath);
  }
  const { parent, key } = part;
  return key === 'test' && (parent.type === 'IfStatement' || parent.type === 'ConditionalExpression');
}

/** The name read from this value (`name` in `value.name`), or undefined where the value is used in another way. */
export function memberRead(path: Path): string | undefined {
  const { parent, key } = wrapped(path);
  if (parent.type !== 'MemberExpression' && parent.type !== 'OptionalMemberExpression') return undefined;
  if (key !== 'object') return undefined;
  const property: Node = parent.property;
  if (!parent.computed) return property.type === 'Identifier' ? property.name : undefined;
  return property.type === 'StringLiteral' ? property.value : undefined;
}
