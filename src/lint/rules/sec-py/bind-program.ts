/** One walk over a file: binds its names, and lists the places worth a second look. */
import type { PythonNode } from '../../python/index.js';
import { bindImport, bindImportFrom } from './bind-imports.js';
import { bindCapture, bindTarget } from './bind-targets.js';
import { addBinding, field, holder, newScope, push, type Binding, type Program, type Scope } from './scopes.js';
import { nameOf } from './values.js';

const COMPREHENSIONS = new Set(['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression']);

/** Binds every name of a file. Iterative, so that nesting costs no stack. */
export function bindProgram(root: PythonNode, isWanted: (node: PythonNode) => boolean): Program {
  const module = newScope('module', root, null);
  const program: Program = { module, scopes: new Map(), members: new Map(), calls: new Map(), spots: [] };
  const nodes = [root];
  const scopes = [module];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    const scope = scopes.pop() as Scope;
    if (node.children.length > 0) {
      const inner = visit(program, node, scope);
      // Backwards onto the stack, so that `global x` is met before what it speaks of.
      for (let i = node.children.length - 1; i >= 0; i--) {
        const child = node.children[i] as PythonNode;
        if (child.children.length === 0 && !isWanted(child)) continue;
        nodes.push(child);
        scopes.push(inner === scope ? scope : scopeOfChild(node, child, scope, inner));
      }
    }
    if (isWanted(node)) program.spots.push({ node, scope });
  }
  return program;
}

/** Decorators, defaults, annotations and bases belong to the scope around a definition, and so does the first iterable. */
function scopeOfChild(node: PythonNode, child: PythonNode, outer: Scope, inner: Scope): Scope {
  if (COMPREHENSIONS.has(node.type)) return inner;
  if (node.type === 'for_in_clause') return child.fieldName === 'right' ? inner : outer;
  return child.fieldName === 'body' ? inner : outer;
}

/** Binds what a node binds; gives the scope that (some of) its children belong to. */
function visit(program: Program, node: PythonNode, scope: Scope): Scope {
  const open = (kind: Scope['kind']): Scope => {
    const inner = newScope(kind, node, scope);
    program.scopes.set(node, inner);
    return inner;
  };
  switch (node.type) {
    case 'assignment': {
      const left = field(node, 'left');
      const right = node.childForFieldName('right');
      // A bare annotation gives no value; it only makes a name local to a function.
      if (right) bindTarget(program, scope, left, { node: lastValue(right), end: node.endIndex, steps: [] });
      else if (scope.kind === 'function') bindTarget(program, scope, left, null);
      return scope;
    }
    case 'augmented_assignment':
      bindTarget(program, scope, field(node, 'left'), null);
      return scope;
    case 'named_expression':
      bindTarget(program, holder(scope), field(node, 'name'), { node: field(node, 'value'), end: node.endIndex, steps: [], from: scope });
      return scope;
    case 'for_statement':
    case 'for_in_clause':
      return bindLoop(program, node, scope);
    case 'as_pattern':
      bindAs(program, node, scope);
      return scope;
    case 'case_pattern':
    case 'keyword_pattern':
    case 'dict_pattern':
      bindCapture(program, scope, node);
      return scope;
    case 'except_clause': {
      const alias = node.childForFieldName('alias');
      if (alias) bindTarget(program, scope, alias, null);
      return scope;
    }
    case 'import_statement':
      bindImport(program, scope, node);
      return scope;
    case 'import_from_statement':
      bindImportFrom(program, scope, node);
      return scope;
    case 'global_statement':
    case 'nonlocal_statement':
      for (const name of node.namedChildren) scope.declared.set(nameOf(name), node.type === 'global_statement' ? 'global' : 'nonlocal');
      return scope;
    case 'delete_statement':
      for (const child of node.namedChildren) {
        for (const name of child.type === 'identifier' ? [child] : child.namedChildren) if (name.type === 'identifier') scope.deleted.add(nameOf(name));
      }
      return scope;
    case 'return_statement': {
      const [value] = node.namedChildren;
      if (value) scope.returns.push(value);
      return scope;
    }
    case 'yield': {
      const [value] = node.namedChildren;
      if (value && node.children.length === 2) scope.yields.push(value);
      return scope;
    }
    case 'function_definition':
    case 'lambda': {
      const inner = open('function');
      const name = node.childForFieldName('name');
      if (name) addBinding(program, scope, nameOf(name), { kind: 'function', scope: inner, by: node, end: node.endIndex });
      else inner.returns.push(field(node, 'body'));
      bindParameters(inner, scope, node.childForFieldName('parameters'));
      return inner;
    }
    case 'class_definition':
      addBinding(program, scope, nameOf(field(node, 'name')), { kind: 'unknown', by: node, end: node.endIndex });
      return open('class');
    case 'call':
      indexCall(program, node, scope);
      return scope;
    default:
      return COMPREHENSIONS.has(node.type) ? open('comprehension') : scope;
  }
}

/** `a = b = value` gives the value to both. */
function lastValue(node: PythonNode): PythonNode {
  let value = node;
  while (value.type === 'assignment') value = value.childForFieldName('right') ?? (value.children[0] as PythonNode);
  return value;
}

function bindLoop(program: Program, node: PythonNode, scope: Scope): Scope {
  const isFirst = node.type === 'for_in_clause' && node.parent?.children.find((child) => child.type === 'for_in_clause') === node;
  // In a tree with errors it may stand outside of any comprehension, and `nonlocal` outside of any function.
  const outer = (isFirst ? scope.parent : null) ?? scope;
  const left = field(node, 'left');
  const right = field(node, 'right');
  bindTarget(program, scope, left, { node: right, end: right.endIndex, steps: ['each'], from: outer });
  return outer;
}

/** `expression as target`, in `with` and `except`; a pattern with a name, in `match`. */
function bindAs(program: Program, node: PythonNode, scope: Scope): void {
  const target = node.childForFieldName('alias');
  const [value] = node.namedChildren;
  if (target && value) {
    for (const inner of target.children) {
      bindTarget(program, scope, inner, { node: value, end: target.endIndex, steps: [] });
      // What `with` enters may give something else.
      bindTarget(program, scope, inner, null);
    }
  } else bindCapture(program, scope, node);
}

function bindParameters(scope: Scope, outer: Scope, parameters: PythonNode | null): void {
  parameters?.namedChildren.forEach((parameter, index) => {
    const named = parameter.childForFieldName('name') ?? (parameter.type === 'identifier' ? parameter : parameter.namedChildren[0]);
    const fallback = parameter.childForFieldName('value');
    const isPlain = named?.type === 'identifier' && !parameter.type.includes('splat');
    for (const node of named ? identifiersIn(named) : []) {
      const name = nameOf(node);
      const place = { by: node, end: node.endIndex };
      const binding: Binding = isPlain ? { kind: 'parameter', scope, index, name, fallback, outer, ...place } : { kind: 'unknown', ...place };
      scope.names.set(name, [binding]);
    }
  });
}

/** The names of a parameter: `*args`, and the tuples that Python 2 allowed. */
function identifiersIn(node: PythonNode): PythonNode[] {
  return node.type === 'identifier' ? [node] : node.namedChildren.filter((child) => child.type === 'identifier');
}

function indexCall(program: Program, node: PythonNode, scope: Scope): void {
  const callee = field(node, 'function');
  const last = callee.type === 'attribute' ? field(callee, 'attribute') : callee;
  if (last.type === 'identifier') push(program.calls, nameOf(last), { node, scope });
}
