/** Where in a program a node stands: in which function, in a loop, in a comprehension. */
import type { PythonNode } from './tree.js';

const homes = /^(function_definition|lambda|class_definition)$/;
const comprehensions = /^((list|set|dictionary)_comprehension|generator_expression)$/;

/** The function, lambda or class to whose body a node belongs; null for the module. Defaults, decorators and bases belong to what is around. */
export function homeOf(node: PythonNode): PythonNode | null {
  for (let inner = node, up = node.parent; up; inner = up, up = up.parent) if (isBody(inner, up)) return up;
  return null;
}

/** Whether a loop goes round here. */
export function isInLoop(node: PythonNode): boolean {
  for (let inner = node, up = node.parent; up && !isBody(inner, up); inner = up, up = up.parent) {
    if (/^(for|while)_statement$/.test(up.type) && inner.fieldName === 'body') return true;
  }
  return false;
}

/** What is decided where a way up crosses from `inner` into `up`; null where the way goes on. `below` comes before `inner`. */
type Decision = (up: PythonNode, inner: PythonNode, below: PythonNode) => boolean | null;

/** Asks at each step of the way up, and answers false at its end. Expressions may nest deeply, so steps are remembered. */
function asking(decide: Decision): (node: PythonNode) => boolean {
  const answers = new WeakMap<PythonNode, boolean>();
  return (node) => {
    const passed: PythonNode[] = [];
    let answer: boolean | null = null;
    for (let below = node, inner = node, up = node.parent; up && answer === null; below = inner, inner = up, up = up.parent) {
      answer = decide(up, inner, below) ?? answers.get(up) ?? null;
      // From a clause of a comprehension it matters where one comes from.
      if (up.type !== 'for_in_clause') passed.push(up);
    }
    // The last one has decided, or is known.
    for (const one of passed.slice(0, -1)) answers.set(one, answer ?? false);
    return answer ?? false;
  };
}

/** Whether something may be waited for: in an asynchronous function, and in a generator expression, which is one itself. */
export const mayWait = asking((up, inner, below) => {
  if (up.type === 'generator_expression' && !isSource(below, inner, up)) return true;
  return isBody(inner, up) ? up.type === 'function_definition' && up.children[0]?.type === 'async' : null;
});

/** Whether something may be yielded: in a function, and not by a comprehension. */
export const mayYield = asking((up, inner, below) => {
  if (comprehensions.test(up.type) && !isSource(below, inner, up)) return false;
  return isBody(inner, up) ? up.type !== 'class_definition' : null;
});

function isBody({ fieldName }: PythonNode, up: PythonNode): boolean {
  return fieldName === 'body' && homes.test(up.type);
}

/** What the first `for` of a comprehension goes over is worked out before, and outside. */
function isSource({ fieldName }: PythonNode, clause: PythonNode, comprehension: PythonNode): boolean {
  return fieldName === 'right' && comprehension.children.find(({ type }) => type === 'for_in_clause') === clause;
}

const firstUses = new WeakMap<PythonNode, ReadonlyMap<string, number>>();

/** Where the code of a function first uses a variable of its own, by name; `global`, `nonlocal` and imports are no use. */
export function firstUsesIn(home: PythonNode): ReadonlyMap<string, number> {
  const known = firstUses.get(home);
  if (known) return known;
  const uses = new Map<string, number>();
  const stack = [...(home.childForFieldName('parameters')?.children ?? []), home.childForFieldName('body')].filter((part) => part !== null);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (/^((global|nonlocal|import|import_from)_statement|type)$/.test(node.type) || comprehensions.test(node.type)) continue;
    const isMember = node.fieldName === 'attribute' || (node.fieldName === 'name' && /^keyword_(argument|pattern)$/.test(node.parent?.type ?? ''));
    if (node.type === 'identifier' && !isMember) {
      const name = node.text.normalize('NFKC');
      uses.set(name, Math.min(node.startIndex, uses.get(name) ?? Infinity));
    }
    if (!homes.test(node.type)) stack.push(...node.children);
  }
  firstUses.set(home, uses);
  return uses;
}
