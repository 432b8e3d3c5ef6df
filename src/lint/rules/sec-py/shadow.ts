/** Whether a forbidden built-in name means something else where it stands. */
import type { PythonNode } from '../../python/index.js';
import { mentioned } from './mentions.js';
import { lookUp, type Binding, type Program, type Scope } from './scopes.js';

/**
 * In a function, a name that is bound anywhere is local. In a module and in a class, Python looks for the built-in one as
 * long as nothing has been bound: there the binding has to come first, and on every way.
 */
export function isShadowed(program: Program, name: string, reference: PythonNode, scope: Scope): boolean {
  const owner = lookUp(program, name, scope);
  if (!owner) return false;
  if ((owner.kind !== 'module' && owner.kind !== 'class') || isBoundBefore(program, owner, name, reference)) return true;
  // What a class binds is looked for in the class and in the module, and not in the functions between.
  return owner.kind === 'class' && isShadowed(program, name, reference, program.module);
}

function isBoundBefore(program: Program, owner: Scope, name: string, reference: PythonNode): boolean {
  if (owner.deleted.has(name)) return false;
  const bindings = owner.names.get(name) ?? [];
  return bindings.some(
    (binding) => (binding.end <= reference.startIndex || runsLater(program, reference, owner, binding)) && happensFirst(binding, bindings, owner, reference),
  );
}

/** Whether the reference stands in a function that nobody mentions, and so nobody calls, before the binding. */
function runsLater(program: Program, reference: PythonNode, owner: Scope, { by }: Binding): boolean {
  let isInFunction = false;
  for (let at = reference.parent; at && at !== owner.node; at = at.parent) {
    if (at.type !== 'function_definition' && at.type !== 'class_definition') continue;
    isInFunction ||= at.type === 'function_definition';
    if (mentioned(program, at) < by.startIndex) return false;
  }
  return isInFunction;
}

const UNCONDITIONAL = /^(with_statement|with_clause|decorated_definition|(expression|import|import_from|type_alias)_statement)$/;
const CONDITIONAL = /(_statement|_clause|comprehension|generator_expression|conditional_expression|boolean_operator|function_definition|lambda)$/;

/** Parts of a statement of which not all are run. */
const PARTS = /^(block|(elif|else|except|except_group|finally|case)_clause)$/;

/** Whether the reference cannot be reached without the binding. */
function happensFirst({ by }: Binding, bindings: readonly Binding[], owner: Scope, reference: PythonNode): boolean {
  let inner = by;
  for (let at: PythonNode | null = by; at && at !== owner.node; at = at.parent) {
    if (contains(at, reference)) return isReached(at, inner, reference);
    if (at !== by && !isSure(at, inner) && !(isBranch(at) && onEveryBranch(at.parent as PythonNode, bindings))) {
      if (!/^(try|if)_statement$/.test(at.type) || !onEveryBranch(at, bindings)) return false;
    }
    inner = at;
  }
  return true;
}

function contains(outer: PythonNode, inner: PythonNode): boolean {
  return outer.startIndex <= inner.startIndex && inner.endIndex <= outer.endIndex;
}

/** Whether whoever is at the reference has been through an earlier part of the same statement. */
function isReached(statement: PythonNode, part: PythonNode, reference: PythonNode): boolean {
  const isInElse = statement.children.some((child) => child.type === 'else_clause' && contains(child, reference));
  // `else` is run after the whole of `try`, and also after no turn of a loop.
  if (statement.type === 'try_statement') return isInElse && part.type === 'block';
  return !PARTS.test(part.type) && !(isInElse && statement.type === 'for_statement');
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
  let inner = node;
  for (let at = node.parent; at && at !== block; at = at.parent) {
    if (!isSure(at, inner)) return false;
    inner = at;
  }
  return inner.parent === block;
}

/** Whether a part of a node is run whenever the node is. What `with` enters may swallow an exception in its block. */
function isSure(node: PythonNode, part: PythonNode): boolean {
  return (part.type !== 'block' && UNCONDITIONAL.test(node.type)) || !CONDITIONAL.test(node.type);
}

function raises(block: PythonNode): boolean {
  return block.children.at(-1)?.type === 'raise_statement';
}
