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
  return (owner.names.get(name) ?? []).some(
    (binding) => (isLater || binding.end <= reference.startIndex) && happensFirst(binding, owner, reference),
  );
}

/** Whether there is a function between the two, whose body runs when the owner's has been run through. */
function runsLater(scope: Scope, owner: Scope): boolean {
  for (let at: Scope | null = scope; at && at !== owner; at = at.parent) if (at.kind === 'function') return true;
  return false;
}

const UNCONDITIONAL = new Set(['with_statement', 'decorated_definition', 'with_clause', 'with_item', 'as_pattern']);

/** Whether the reference cannot be reached without the binding. */
function happensFirst({ by }: Binding, owner: Scope, reference: PythonNode): boolean {
  for (let at: PythonNode | null = by; at && at !== owner.node; at = at.parent) {
    const encloses = at.startIndex <= reference.startIndex && reference.endIndex <= at.endIndex;
    if (encloses) return true;
    if (/_statement$|_clause$/.test(at.type) && !UNCONDITIONAL.has(at.type) && !isSimple(at)) return false;
    if (/^(function_definition|lambda|\w*comprehension|generator_expression|conditional_expression|boolean_operator)$/.test(at.type) && at !== by) return false;
  }
  return true;
}

function isSimple(node: PythonNode): boolean {
  return /^(expression_statement|import_statement|import_from_statement|type_alias_statement)$/.test(node.type);
}
