/** The walk of our own against `@babel/traverse`: the same nodes in the same order, and the same names in the same scopes. */
import { VISITOR_KEYS } from '@babel/types';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSource } from '../../../src/lint/parse.js';
import { babelVisitor, type Handlers, loadBabelVisitor, type Path, visitTree } from '../../../src/lint/syntax/index.js';
import { childMembers } from '../../../src/lint/syntax/children.js';

beforeAll(loadBabelVisitor);

/** What a walk sees at every name, call and pattern, one line each. */
function seen(text: string, visit: typeof visitTree): string[] {
  const { ast } = parseSource('a.tsx', text);
  if (!ast) throw new Error('The text cannot be parsed.');
  const lines: string[] = [];
  const at = ({ node }: Path): string => `${node.type}@${node.start}`;
  const look = (path: Path & { node: { name: string } }): void => {
    const binding = path.scope.getBinding(path.node.name);
    const uses = binding && [`from ${at(binding.path)}`, `named at ${binding.identifier.start}`, `used at ${binding.referencePaths.map(at).sort().join()}`, `set at ${binding.constantViolations.map(at).join()}`];
    lines.push([at(path), path.node.name, `in ${at(path.scope.path)}`, `key ${path.listKey ?? ''} ${path.key}`, ...(uses ?? ['global'])].join(' | '));
  };
  const pass = (path: Path): void => void lines.push(`${at(path)} in ${at(path.scope.path)}`);
  const handlers: Handlers = {
    Identifier: look, JSXIdentifier: look, StringLiteral: pass, ThisExpression: pass, CallExpression: pass, TemplateElement: pass, TSStringKeyword: pass,
    Function: (path) => path.get('params').forEach((param) => lines.push(`parameter ${at(param)} ${param.listKey} ${param.key} in ${at(param.scope.path)}`)),
  };
  visit(ast, [['', handlers]], (_owner, handler, path) => handler(path));
  return lines;
}

const texts: [what: string, text: string][] = [
  ['hoisting', 'use(); function use() { return x; } var x = 1; { var x = 2; let y = x; y++; }'],
  ['loops', 'for (var i = 0; i < 3; i++) { var v = i; let w = v; } for (const k of list) k; for (k in o) {} for ([a, b.c] of d) {} while (1) { var z = 1; function inLoop() {} }'],
  ['patterns', 'const { a, b: { c = a, ...d }, [e]: f } = g, [h, , i = h, ...j] = k; ({ a, l: c } = m); [n, o.p] = q; delete r; s++; t ||= u;'],
  ['parameters', 'function f({ a = x, b }, [c] = y, ...d) { var x = 1; return arguments; } const g = (h = () => x, i = h) => i; function j(j) { return j; } const k = function l(l) { return l; };'],
  ['names of expressions', 'const a = function b() { return b; }; const c = class d { e = d; static { var f = d; f; } }; class g extends a { [c]() { return g; } @c h() {} #i = 1; get j() { return this.#i; } }'],
  ['exports and imports', 'import a, { b as c, type D } from "x"; import * as e from "y"; import type F from "z"; export { c, e as g }; export const { h, i } = a; export function j() {} export class K {} export default class L {} export * from "w";'],
  ['catch and labels', 'try { a; } catch ({ b, c = b }) { var d = b; c; } try {} catch { a; } e: for (;;) break e;'],
  ['switch', 'switch (a) { case b: let b = 1; default: c; }'],
  ['types', 'type A<T> = T extends infer U ? U : B; interface C { [D.e]: F; g(h: I): J } const k = (l: M): n is O => l as P; enum Q { r = s, t = r } namespace V { export const w = V; } declare const x: y; function z(this: A): void; function z() {} let aa = bb!; cc<dd>(ee satisfies ff);'],
  ['parameter properties', 'class A { constructor(private b: C, readonly d = b) { d; } declare e: f; abstract g(h: i): void }'],
  ['aliases', 'import a = require("b"); import c = d.e.f; export import g = c; export = a;'],
  ['JSX', 'const a = <B c={d} {...e}><f.g h="i">{j}</f.g><k/><></></B>;'],
  ['arguments', 'arguments; () => arguments; function f() { return () => arguments; }'],
  ['using', '{ using a = b; a; }'],
  ['twice', 'var a = 1; var a = 2; function a() {} function b() {} function b() {} class C {} interface C { d: C }'],
];

describe('walking a tree', () => {
  test.each(texts)('sees the same as Babel: %s', (_what, text) => expect(seen(text, visitTree)).toEqual(seen(text, babelVisitor())));

  test('sees the same as Babel in whole files', () => {
    const folders = ['src/lint', 'src/manifest', 'src/runtime', 'templates/text'];
    const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))).filter((name) => name.endsWith('.ts')).filter((_, i) => i % 4 === 0);
    expect(files.length).toBeGreaterThan(60);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(seen(text, visitTree), file).toEqual(seen(text, babelVisitor()));
    }
  });

  test('goes where @babel/types says', () => {
    for (const [type, members] of childMembers) expect(members, type).toEqual(VISITOR_KEYS[type]);
    // Flow, proposals that are not enabled, and nodes that only tools make.
    const others = /^(Declare|Opaque|ObjectType|Flow|FunctionTypeParam|Pipeline|Enum|Type|Interface|Inferred|Export|JSX|Record|Tuple|Do|Module|Bind|Placeholder|TSEnumBody)|(TypeAnnotation|Predicate|TypeIdentifier|Variance|AccessType|QualifiedTypeIdentifier|ClassImplements)$/;
    expect(Object.keys(VISITOR_KEYS).filter((type) => VISITOR_KEYS[type]?.length && !childMembers.has(type) && !others.test(type))).toEqual([]);
  });
});
