/** Binding what stands on the left: names, members, and patterns of them. */
import type { PythonNode } from '../../python/index.js';
import { addBinding, field, push, type Binding, type Program, type Scope, type Step } from './scopes.js';
import { nameOf } from './values.js';

/** Where a value comes from; `from` is the scope of its node, where that is not the scope of the target. */
export interface Origin {
  node: PythonNode;
  end: number;
  steps: readonly Step[];
  from?: Scope;
}

/** Binds a target to a value; `null` for one that cannot be told. Deeper patterns than people write are not told apart. */
export function bindTarget(program: Program, scope: Scope, target: PythonNode, origin: Origin | null, depth = 0): void {
  const bindingOf = (by: PythonNode): Binding => {
    if (!origin) return { kind: 'unknown', by, end: by.endIndex };
    const { node, end, steps, from = scope } = origin;
    return { kind: 'value', node, scope: from, steps, by, end };
  };
  switch (target.type) {
    case 'identifier':
      addBinding(program, scope, nameOf(target), bindingOf(target));
      return;
    case 'attribute':
      push(program.members, nameOf(field(target, 'attribute')), bindingOf(target));
      return;
    case 'subscript': {
      const name = entryName(target);
      if (name !== null) push(program.members, name, bindingOf(target));
      return;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list': {
      const star = target.namedChildren.findIndex(({ type }) => type.startsWith('list_splat'));
      target.namedChildren.forEach((child, index) => {
        // What comes after a star is counted from the end.
        const step = star >= 0 && index > star ? index - target.namedChildren.length : index;
        const inner = origin && depth < 20 ? { ...origin, steps: [...origin.steps, step] } : null;
        if (depth < 50) bindTarget(program, scope, child, inner, depth + 1);
      });
      return;
    }
    case 'parenthesized_expression':
    case 'list_splat_pattern':
    case 'list_splat':
      for (const child of target.namedChildren) {
        const inner = target.type === 'parenthesized_expression' ? origin : null;
        if (depth < 50) bindTarget(program, scope, child, inner, depth + 1);
      }
  }
}

/** `x["key"]` as a name among those of members, which no member has; null where the key is not written out. */
export function entryName(subscript: PythonNode): string | null {
  const [key, ...others] = subscript.childrenForFieldName('subscript');
  const content = key?.type === 'string' && others.length === 0 ? key.children.filter(({ type }) => type !== 'string_start' && type !== 'string_end') : [];
  return content.length === 1 && content[0]?.type === 'string_content' ? `[${content[0].text}]` : null;
}

/** Binds the names that a pattern of `match` captures: to the subject, or to some part of it. */
export function bindCapture(program: Program, scope: Scope, pattern: PythonNode): void {
  let clause: PythonNode | null = pattern.parent;
  while (clause && clause.type !== 'case_clause') clause = clause.parent;
  const subjects = clause?.parent?.parent?.childrenForFieldName('subject') ?? [];
  const [subject] = subjects;
  const isWhole = subjects.length === 1 && (pattern.parent === clause || pattern.parent?.parent === clause);
  for (const child of pattern.namedChildren) {
    // In `P(size=x)`, the first is the name of a member.
    if (pattern.type === 'keyword_pattern' && child === pattern.children[0]) continue;
    const name = child.type === 'dotted_name' && child.namedChildren.length === 1 ? (child.namedChildren[0] as PythonNode) : child;
    const captured = name.type === 'identifier' ? [name] : name.type === 'splat_pattern' ? name.namedChildren : [];
    for (const one of captured) {
      bindTarget(program, scope, one, subject ? { node: subject, end: one.endIndex, steps: isWhole ? [] : ['each'] } : null);
      // A part may be deeper inside, or the value of a key.
      if (!isWhole) bindTarget(program, scope, one, null);
    }
  }
}
