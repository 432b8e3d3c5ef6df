/** Whether a forbidden built-in name means something else where it stands. */
import type { PythonNode } from '../../python/index.js';
import { lookUp, type Binding, type Program, type Scope } from './scopes.js';

/**
 * In a function, a name that is bound anywhere is local. In a module and in a class, Python looks for the built-in one as
 * long as nothing has been bound: there the binding has to come first, and on every way.
 */
export function isShadowed(program: Program, name: string, reference: PythonNode, scope: Scope): boolean {
  const owner = lookUp(program, name, scope);
  if (!owner) return false;
  const isShadowing = owner.kind === 'module' || owner.kind === 'class' ? isBoundBefore(owner, name, reference, scope) : true;
  if (isShadowing || owner.kind === 'module') return isShadowing;
  return owner.parent ? isShadowed(program, name, reference, owner.parent) : false;
}

function isBoundBefore(owner: Scope, name: string, reference: PythonNode, scope: Scope): boolean {
  if (owner.deleted.has(name)) return false;
  const isLater = runsLater(scope, owner);
  const bindings = owner.names.get(name) ?? [];
  return bindings.some(
    (binding) => (isLater || binding.end <= reference.startIndex) && happensFirst(binding, bindings, owner, reference),
  );
}

/** Whether there is a function between the two, whose body runs when the owner's has been run through. */
function runsLater(scope: Scope, owner: Scope): boolean {
  for (let at: Scope | null = scope; at && at !== owner; at = at.parent) if (at.kind === 'function') return true;
  return false;
}

const UNCONDITIONAL = /^(with_statement|with_clause|decorated_definition|(expression|import|import_from|type_alias)_statement)$/;
const CONDITIONAL = /(_statement|_clause|comprehension|generator_expression|conditional_expression|boolean_operator|function_definition|lambda)$/;

/** Parts of a statement of which not all are run. */
const PARTS = /^(block|(elif|else|except|except_group|finally|case)_clause)$/;

/** Whether the reference cannot be reached without the binding. */
function happensFirst({ by }: Binding, bindings: readonly Binding[], owner: Scope, reference: PythonNode): boolean {
  let inner = by;
  for (let at: PythonNode | null = by; at && at !== owner.node; at = at.parent) {
    if (contains(at, reference)) return !PARTS.test(inner.type) || (at.type === 'try_statement' && isInElse(at, reference));
    // What `with` enters may swallow an exception that comes before the binding.
    const isDefined = at === by || (inner.type !== 'block' && UNCONDITIONAL.test(at.type)) || !CONDITIONAL.test(at.type);
    if (!isDefined && !(isBranch(at) && onEveryBranch(at.parent as PythonNode, bindings))) {
      if (!/^(try|if)_statement$/.test(at.type) || !onEveryBranch(at, bindings)) return false;
    }
    inner = at;
  }
  return true;
}

function contains(outer: PythonNode, inner: PythonNode): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}

/** `else` of a `try` is run after all of it. */
function isInElse(statement: PythonNode, reference: PythonNode): boolean {
  return statement.children.some((child) => child.type === 'else_clause' && contains(child, reference));
}

function isBranch({ type }: PythonNode): boolean {
  return type === 'except_clause' || type === 'elif_clause' || type === 'else_clause';
}

/** `try` with all its `except`, and `if` with `else`: each binds the name right in its block, or raises. */
function onEveryBranch(statement: PythonNode, bindings: readonly Binding[]): boolean {
  const others = statement.children.filter(isBranch);
  const isWhole = statement.type === 'try_statement' ? others.every((one) => one.type === 'except_clause') : others.at(-1)?.type === 'else_clause';
  const first = statement.children.filter((child) => child.type === 'block').slice(0, 1);
  const blocks = [...first, ...others.map((one) => one.children.find((child) => child.type === 'block'))];
  return isWhole && blocks.every((block) => block !== undefined && (bindings.some(({ by }) => isDirectlyIn(by, block)) || raises(block)));
}

function isDirectlyIn(node: PythonNode, block: PythonNode): boolean {
  let at: PythonNode | null = node;
  while (at && at.type !== 'block') at = at.parent;
  return at === block;
}

function raises(block: PythonNode): boolean {
  return block.children.at(-1)?.type === 'raise_statement';
}
