/** Functions and classes as facts. */
import type * as t from '@babel/types';
import type { ClassFact, Expr, FunctionFact, Pattern, Stmt } from '../model.js';
import { namesIn } from '../walk.js';
import { isFunction, lowerPattern, nameOf, placeOf, typeOf, type Source } from './patterns.js';

export function lowerFunction(source: Source, node: t.Function, name: string | null, isExported: boolean): Expr {
  return { op: 'function', fn: functionFact(source, node, name, isExported) };
}

/** A method of a class or an object. A setter has no name: reading the member does not reach it. */
export function lowerMethod(source: Source, node: t.ClassMethod | t.ClassPrivateMethod | t.ObjectMethod, name: string): FunctionFact {
  const fn = functionFact(source, node, node.kind === 'set' ? null : name, true);
  return node.kind === 'get' ? { ...fn, isGetter: true } : fn;
}

function functionFact(source: Source, node: t.Function, name: string | null, isExported: boolean): FunctionFact {
  const before = source.catches;
  source.catches = false;
  const body: Stmt[] =
    node.body.type === 'BlockStatement'
      ? source.statements(node.body.body)
      : [{ op: 'return', value: source.expression(node.body) }];
  const fn: FunctionFact = {
    name,
    params: node.params.map((param) => lowerParameter(source, param)),
    body: [...node.params.flatMap((param) => keptParameter(source, param)), ...body],
    isAsync: node.async ?? false,
    isGenerator: node.generator ?? false,
    isExported,
    keepsSelf: node.type === 'ArrowFunctionExpression',
    catches: source.catches,
    at: placeOf(source, node),
  };
  source.catches = before;
  return fn;
}

/** `this.model = model` for `constructor(private model: Model)`. */
function keptParameter(source: Source, node: t.Node): Stmt[] {
  if (node.type !== 'TSParameterProperty') return [];
  const at = placeOf(source, node);
  return namesIn(lowerPattern(source, node.parameter as t.LVal)).map((name): Stmt => {
    const to: Pattern = { op: 'place', target: { op: 'member', of: { op: 'self', at }, name, at } };
    return { op: 'do', value: { op: 'assign', to, value: { op: 'name', name, at }, compound: false } };
  });
}

function lowerParameter(source: Source, node: t.Node): { to: Pattern; rest: boolean } {
  if (node.type === 'TSParameterProperty') return { to: lowerPattern(source, node.parameter as t.LVal), rest: false };
  if (node.type === 'RestElement') {
    const to = lowerPattern(source, node.argument as t.LVal);
    if (to.op === 'variable') to.type ??= typeOf(source, node, to.name);
    return { to, rest: true };
  }
  return { to: lowerPattern(source, node as t.LVal), rest: false };
}

export function lowerClass(source: Source, node: t.Class): ClassFact {
  const fields: ClassFact['fields'] = [];
  const methods: FunctionFact[] = [];
  for (const member of node.body.body) {
    if (member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod') {
      if (member.type === 'ClassMethod' && member.kind === 'constructor') {
        for (const param of member.params) {
          if (param.type !== 'TSParameterProperty') continue;
          const to = lowerPattern(source, param.parameter as t.LVal);
          if (to.op === 'variable') fields.push({ name: to.name, type: to.type, value: to.fallback });
        }
      }
      methods.push(lowerMethod(source, member, nameOf(member.key)));
    } else if (member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty') {
      const name = nameOf(member.key);
      const value = !member.value
        ? null
        : isFunction(member.value)
          ? lowerFunction(source, member.value, name, true)
          : source.expression(member.value);
      fields.push({ name, type: typeOf(source, member, name ?? undefined), value });
    } else if (member.type === 'StaticBlock') {
      fields.push({ name: '', type: null, value: lowerStaticBlock(source, member) });
    }
  }
  const base = node.superClass ? source.expression(node.superClass) : null;
  return { name: node.id?.name ?? null, base, fields, methods };
}

function lowerStaticBlock(source: Source, node: t.StaticBlock): Expr {
  const flags = { isAsync: false, isGenerator: false, isExported: false, keepsSelf: false, catches: false };
  const fn: FunctionFact = { name: null, params: [], body: source.statements(node.body), ...flags, at: placeOf(source, node) };
  return { op: 'call', callee: { op: 'function', fn }, args: [], isNew: false, at: placeOf(source, node) };
}
