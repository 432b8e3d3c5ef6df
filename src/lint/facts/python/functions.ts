/** Functions, lambdas and classes of Python as facts. */
import type { PythonNode } from '../../python/index.js';
import type { ClassFact, Expr, FunctionFact, Stmt } from '../model.js';
import { lowerParameters, type Parameter } from './patterns.js';
import { scopeOf, type Block, type FunctionScope } from './scopes.js';
import { lowerImports } from './imports.js';
import { nameOf, nothing, normalised, partsOf, placeOf, type Source } from './source.js';
import { typeOfAnnotation } from './types.js';

/** Decorators of functions that keep their results. */
const keeping = /(^|\.)(a?lru_cache|cached?|cache_(resource|data)|memoized?|singleton)\b/;

/** A definition, without the decorators around it: a decorated function is still the function. */
export function definitionOf(node: PythonNode): PythonNode {
  return node.type === 'decorated_definition' ? (node.childForFieldName('definition') ?? node) : node;
}

/** Lowers `def`. Methods lose their first parameter, which is the object, unless they are static. */
export function lowerFunction(source: Source, outer: PythonNode, isMethod: boolean): FunctionFact {
  const node = definitionOf(outer);
  const nameNode = node.childForFieldName('name');
  const name = normalised(nameNode?.text ?? '');
  const params = lowerParameters(source, name, node.childForFieldName('parameters'));
  const hasSelf = params[0] !== undefined && (params[0].name === 'self' || (isMethod && !isDecorated(outer, /^staticmethod$/)));
  const selfName = hasSelf ? (params[0] as Parameter).name : isMethod ? null : source.selfName;
  const own = hasSelf ? params.slice(1) : params;
  const body = node.childForFieldName('body');
  const before = source.catches;
  source.catches = false;
  const { statements, scope } = lowerBody(source, body ? partsOf(body) : [], params, selfName);
  const { catches } = source;
  source.catches = before;
  return {
    name: name === '__init__' ? 'constructor' : nameNode ? nameOf(nameNode) : null,
    params: own.map(({ to, rest }) => ({ to, rest })),
    // What it makes is made once: a branch may be left out.
    body: isDecorated(outer, keeping) ? [{ op: 'branch', test: nothing, body: statements }] : statements,
    isAsync: node.children[0]?.type === 'async',
    isGenerator: scope.isGenerator,
    isExported: isMethod,
    keepsSelf: !isMethod,
    catches,
    at: placeOf(source, node),
  };
}

function lowerBody(source: Source, nodes: readonly PythonNode[], params: readonly Parameter[], selfName: string | null) {
  const scope = scopeOf(nodes, new Set(params.map((param) => param.name)));
  const statements = within(source, scope, selfName, () => [
    ...scope.imports.flatMap((node) => lowerImports(source, node)),
    ...declarations(scope.body),
    ...source.statements(nodes, { block: scope.body, isStraight: true }),
  ]);
  return { statements, scope };
}

/** Lowers something as part of another function. */
export function within<T>(source: Source, scope: FunctionScope, selfName: string | null, lower: () => T): T {
  const before = { scope: source.scope, selfName: source.selfName };
  Object.assign(source, { scope, selfName });
  try {
    return lower();
  } finally {
    Object.assign(source, before);
  }
}

/** Makes the variables of a block known that are assigned further in, but for those the loop itself names. */
export function declarations(block: Block, named: readonly string[] = []): Stmt[] {
  return block.declared.filter((name) => !named.includes(name)).map((name) => ({ op: 'bind', to: { op: 'variable', name, type: null, fallback: null }, value: null }));
}

export function lowerLambda(source: Source, node: PythonNode): Expr {
  const params = lowerParameters(source, '', node.childForFieldName('parameters')).map(({ to, rest }) => ({ to, rest }));
  const body = node.childForFieldName('body');
  const flags = { isAsync: false, isGenerator: false, isExported: false, keepsSelf: true, catches: false };
  const value = body ? source.expression(body) : nothing;
  return { op: 'function', fn: { name: null, params, body: [{ op: 'return', value }], ...flags, at: placeOf(source, node) } };
}

/** Lowers `class`. A property is a field that holds what its function gives. */
export function lowerClass(source: Source, outer: PythonNode): ClassFact {
  const node = definitionOf(outer);
  const fields: ClassFact['fields'] = [];
  const methods: FunctionFact[] = [];
  const body = node.childForFieldName('body');
  for (const member of membersOf(body ? partsOf(body) : [])) {
    const definition = definitionOf(member);
    if (definition.type === 'function_definition') {
      const fn = lowerFunction(source, member, true);
      if (isDecorated(member, /(^|\.)cached_property$/)) {
        const at = placeOf(source, member);
        fields.push({ name: fn.name ?? '', type: null, value: { op: 'call', callee: { op: 'function', fn }, args: [], isNew: false, at } });
      } else if (isDecorated(member, /(^|\.)property$/)) methods.push({ ...fn, isGetter: true });
      else if (!isDecorated(member, /\.(setter|deleter)$/)) methods.push(fn);
    } else if (definition.type === 'class_definition') {
      const cls = lowerClass(source, member);
      fields.push({ name: cls.name ?? '', type: null, value: { op: 'class', cls } });
    } else if (member.type === 'assignment') {
      const [left, type, right] = [member.childForFieldName('left'), member.childForFieldName('type'), member.childForFieldName('right')];
      if (left?.type !== 'identifier') continue;
      const value = right ? source.expression(right) : null;
      fields.push({ name: nameOf(left), type: type ? typeOfAnnotation(type.text) : null, value });
    }
  }
  const name = node.childForFieldName('name');
  return { name: name ? nameOf(name) : null, base: baseOf(source, node), fields, methods };
}

// Also those under a condition in the class body.
function membersOf(nodes: readonly PythonNode[]): PythonNode[] {
  return nodes.flatMap((node) => {
    if (node.type === 'expression_statement') return partsOf(node);
    return /^(if|try|with)_statement$|^(else|elif|except|finally)_clause$|^block$/.test(node.type) ? membersOf(partsOf(node)) : [node];
  });
}

function baseOf(source: Source, node: PythonNode): Expr | null {
  const list = node.childForFieldName('superclasses');
  const base = list ? partsOf(list).find((part) => part.type === 'identifier' || part.type === 'attribute') : undefined;
  return base ? source.expression(base) : null;
}

function isDecorated(node: PythonNode, by: RegExp): boolean {
  return node.type === 'decorated_definition' && node.children.some((part) => part.type === 'decorator' && by.test(partsOf(part)[0]?.text ?? ''));
}
