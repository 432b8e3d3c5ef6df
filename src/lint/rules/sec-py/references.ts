/** Uses of forbidden names: bare, as members, by subscript, and handed out by calls. */
import type { PythonNode } from '../../python/index.js';
import { argsOf } from './apply.js';
import { checkCall } from './calls.js';
import type { Found } from './describe.js';
import type { Evaluator } from './evaluate.js';
import { checkEntry, checkMember, named } from './members.js';
import { isShadowed } from './shadow.js';
import { field, type Spot } from './scopes.js';
import { nameOf, type Value } from './values.js';

/** Judges one place. */
export function checkReference(evaluator: Evaluator, { node, scope }: Spot): Found[] {
  const read = (inner: PythonNode) => evaluator.evaluate(inner, scope);
  switch (node.type) {
    case 'identifier':
      return isShadowed(evaluator.program, nameOf(node), node, scope) ? [] : named(node, `builtins.${nameOf(node)}`, true);
    case 'attribute':
      return checkMember(evaluator, node, read(field(node, 'object')), nameOf(field(node, 'attribute')));
    case 'keyword_pattern': {
      const subject = matchSubject(node);
      return subject ? checkMember(evaluator, node, read(subject), nameOf(node.children[0] as PythonNode)) : [];
    }
    case 'subscript':
      return checkSubscript(evaluator, node, read);
    case 'call':
      return checkCall(evaluator, node, read(field(node, 'function')), () => argsOf(evaluator, node, scope));
    case 'exec_statement':
      return named(node, 'builtins.exec', true);
    default:
      return [];
  }
}

function matchSubject(pattern: PythonNode): PythonNode | null {
  for (let up = pattern.parent; up; up = up.parent) if (up.type === 'match_statement') return up.childForFieldName('subject');
  return null;
}

function checkSubscript(evaluator: Evaluator, node: PythonNode, read: (inner: PythonNode) => Value[]): Found[] {
  const base = read(field(node, 'value')).find((value) => value.kind === 'namespace');
  if (base?.kind !== 'namespace') return [];
  const [key] = node.childrenForFieldName('subscript');
  return key ? checkEntry(evaluator, node, base, key, read(key)) : [];
}
