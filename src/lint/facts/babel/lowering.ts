import type * as t from '@babel/types';
import type { Place } from '../../rule.js';
import type { LineIndex } from '../../text.js';
import type { Arg, ClassFact, Expr, Field, FunctionFact, Pattern, Stmt } from '../model.js';

const nothing: Expr = { op: 'literal', value: null };

/** Lowers nodes of one file. Unknown syntax becomes `computed`, so that the calls in it are still seen. */
export class Lowering {
  readonly #text: string;
  readonly #lines: LineIndex;

  constructor(text: string, lines: LineIndex) {
    this.#text = text;
    this.#lines = lines;
  }

  /** Statements in order, with function and class declarations first, as JavaScript hoists them. */
  statements(nodes: readonly t.Statement[]): Stmt[] {
    const lowered = nodes.flatMap((node) => this.#statement(node));
    const isDefinition = (stmt: Stmt) => stmt.op === 'import' || (stmt.op === 'define' && stmt.value.op === 'function');
    return [...lowered.filter(isDefinition), ...lowered.filter((stmt) => !isDefinition(stmt))];
  }

  #statement(node: t.Statement, isExported = false): Stmt[] {
    switch (node.type) {
      case 'ExpressionStatement':
        return [{ op: 'do', value: this.expression(node.expression) }];
      case 'VariableDeclaration':
        return node.declarations.map((one) => this.#declarator(one, isExported));
      case 'FunctionDeclaration':
        if (!node.id) return [{ op: 'do', value: this.#function(node, null, isExported) }];
        return [{ op: 'define', name: node.id.name, value: this.#function(node, node.id.name, isExported) }];
      case 'ClassDeclaration': {
        const value: Expr = { op: 'class', cls: this.#class(node) };
        return node.id ? [{ op: 'define', name: node.id.name, value }] : [{ op: 'do', value }];
      }
      case 'ReturnStatement':
        return [{ op: 'return', value: node.argument ? this.expression(node.argument) : null }];
      case 'ThrowStatement':
        return [{ op: 'do', value: this.expression(node.argument) }];
      case 'BlockStatement':
        return [{ op: 'block', body: this.statements(node.body) }];
      case 'LabeledStatement':
        return this.#statement(node.body);
      case 'IfStatement': {
        const body = [node.consequent, node.alternate].flatMap((one) => (one ? this.#block(one) : []));
        return [{ op: 'branch', test: this.expression(node.test), body }];
      }
      case 'SwitchStatement': {
        const body = this.statements(node.cases.flatMap((one) => one.consequent));
        return [{ op: 'branch', test: this.expression(node.discriminant), body }];
      }
      case 'TryStatement':
        return [node.block, node.handler?.body, node.finalizer].flatMap((one) => (one ? this.#block(one) : []));
      case 'WithStatement':
        return [{ op: 'do', value: this.expression(node.object) }, ...this.#block(node.body)];
      case 'ForOfStatement':
      case 'ForInStatement':
        return [this.#each(node)];
      case 'ForStatement':
        return [this.#for(node)];
      case 'WhileStatement':
      case 'DoWhileStatement':
        return [this.#while(node)];
      case 'ImportDeclaration':
        return this.#import(node);
      case 'ExportNamedDeclaration':
        return node.declaration ? this.#statement(node.declaration, true) : [];
      case 'ExportDefaultDeclaration':
        return this.#exportDefault(node);
      case 'TSExportAssignment':
        return [{ op: 'do', value: this.expression(node.expression) }];
      default:
        return [];
    }
  }

  #block(node: t.Statement): Stmt[] {
    return [{ op: 'block', body: this.statements([node]) }];
  }

  #declarator(node: t.VariableDeclarator, isExported: boolean): Stmt {
    const to = this.#pattern(node.id as t.LVal);
    if (to.op === 'variable' && node.init && isFunction(node.init)) {
      return { op: 'bind', to, value: this.#function(node.init, to.name, isExported) };
    }
    return { op: 'bind', to, value: node.init ? this.expression(node.init) : null };
  }

  #exportDefault(node: t.ExportDefaultDeclaration): Stmt[] {
    const { declaration } = node;
    if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') {
      return this.#statement(declaration, true);
    }
    if (declaration.type === 'TSDeclareFunction') return [];
    const value = isFunction(declaration) ? this.#function(declaration, 'process', true) : this.expression(declaration);
    return [{ op: 'do', value }];
  }

  #each(node: t.ForOfStatement | t.ForInStatement): Stmt {
    const declared = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left;
    const to = declared ? this.#pattern(declared as t.LVal) : this.#unnamed();
    return { op: 'each', to, over: this.expression(node.right), body: this.#block(node.body), at: this.#place(node) };
  }

  #for(node: t.ForStatement): Stmt {
    const { init, test, update } = node;
    return {
      op: 'loop',
      before: !init
        ? []
        : init.type === 'VariableDeclaration'
          ? this.#statement(init)
          : [{ op: 'do', value: this.expression(init) }],
      test: test ? this.expression(test) : null,
      update: update ? this.expression(update) : null,
      body: this.#block(node.body),
      testFirst: true,
      at: this.#place(node),
    };
  }

  #while(node: t.WhileStatement | t.DoWhileStatement): Stmt {
    const testFirst = node.type === 'WhileStatement';
    const test = this.expression(node.test);
    return { op: 'loop', before: [], test, update: null, body: this.#block(node.body), testFirst, at: this.#place(node) };
  }

  #import(node: t.ImportDeclaration): Stmt[] {
    if (node.importKind === 'type') return [];
    return node.specifiers.map((one) => {
      const name =
        one.type === 'ImportDefaultSpecifier' ? 'default' : one.type === 'ImportNamespaceSpecifier' ? '*' : nameOf(one.imported);
      return { op: 'import', module: node.source.value, name, local: one.local.name };
    });
  }

  /** Lowers an expression; type syntax around it disappears. */
  expression(node: t.Node): Expr {
    switch (node.type) {
      case 'Identifier':
        return { op: 'name', name: node.name, at: this.#place(node) };
      case 'ThisExpression':
      case 'Super':
        return { op: 'self', at: this.#place(node) };
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return this.#member(node);
      case 'CallExpression':
      case 'OptionalCallExpression':
      case 'NewExpression': {
        const args = node.arguments.map((arg) => this.#argument(arg));
        const callee = this.expression(node.callee);
        return { op: 'call', callee, args, isNew: node.type === 'NewExpression', at: this.#place(node) };
      }
      case 'ImportExpression':
        return { op: 'computed', parts: [this.expression(node.source)] };
      case 'TaggedTemplateExpression': {
        const args = node.quasi.expressions.map((part) => ({ value: this.expression(part), spread: false }));
        return { op: 'call', callee: this.expression(node.tag), args, isNew: false, at: this.#place(node) };
      }
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.#function(node, node.type === 'FunctionExpression' ? (node.id?.name ?? null) : null, false);
      case 'ClassExpression':
        return { op: 'class', cls: this.#class(node) };
      case 'ArrayExpression':
        return { op: 'list', items: node.elements.flatMap((one) => (one ? [this.#argument(one)] : [])) };
      case 'ObjectExpression':
        return { op: 'record', fields: node.properties.map((one) => this.#field(one)) };
      case 'AwaitExpression':
        return { op: 'await', value: this.expression(node.argument) };
      case 'YieldExpression':
        return { op: 'yield', value: node.argument ? this.expression(node.argument) : null, delegate: node.delegate };
      case 'AssignmentExpression':
        return {
          op: 'assign',
          to: this.#pattern(node.left as t.LVal),
          value: this.expression(node.right),
          compound: node.operator !== '=',
        };
      case 'UpdateExpression':
        return { op: 'assign', to: this.#pattern(node.argument as t.LVal), value: { op: 'literal', value: 1 }, compound: true };
      case 'ConditionalExpression':
        return {
          op: 'either',
          parts: [{ op: 'computed', parts: [this.expression(node.test)] }, ...[node.consequent, node.alternate].map((one) => this.expression(one))],
        };
      case 'LogicalExpression':
        return { op: 'either', parts: [this.expression(node.left), this.expression(node.right)] };
      case 'SequenceExpression': {
        const parts = node.expressions.map((one) => this.expression(one));
        const last = parts.pop() as Expr;
        return { op: 'either', parts: [{ op: 'computed', parts }, last] };
      }
      case 'BinaryExpression':
        return { op: 'computed', parts: [this.expression(node.left), this.expression(node.right)] };
      case 'UnaryExpression':
        return { op: 'computed', parts: [this.expression(node.argument)] };
      case 'TemplateLiteral':
        return { op: 'computed', parts: node.expressions.map((one) => this.expression(one)) };
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return { op: 'literal', value: node.value };
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
        return this.expression(node.expression);
      default:
        return nothing;
    }
  }

  #member(node: t.MemberExpression | t.OptionalMemberExpression): Expr {
    const of = this.expression(node.object);
    const at = this.#place(node);
    if (!node.computed || node.property.type === 'StringLiteral') {
      return { op: 'member', of, name: nameOf(node.property), at };
    }
    return { op: 'item', of, key: this.expression(node.property), at };
  }

  #argument(node: t.Node): Arg {
    if (node.type === 'SpreadElement') return { value: this.expression(node.argument), spread: true };
    return { value: this.expression(node), spread: false };
  }

  #field(node: t.ObjectProperty | t.ObjectMethod | t.SpreadElement): Field {
    if (node.type === 'SpreadElement') return { name: null, value: this.expression(node.argument) };
    const name = node.computed ? null : nameOf(node.key);
    if (node.type === 'ObjectMethod') {
      const value = this.#function(node, name, true);
      return { name, value: node.kind === 'get' ? this.#immediate(value, node) : value };
    }
    if (isFunction(node.value)) return { name, value: this.#function(node.value, name, true) };
    return { name, value: this.expression(node.value) };
  }

  #function(node: t.Function, name: string | null, isExported: boolean): Expr {
    const body: Stmt[] =
      node.body.type === 'BlockStatement'
        ? this.statements(node.body.body)
        : [{ op: 'return', value: this.expression(node.body) }];
    const fn: FunctionFact = {
      name,
      params: node.params.map((param) => this.#parameter(param)),
      body,
      isAsync: node.async ?? false,
      isGenerator: node.generator ?? false,
      isExported,
      keepsSelf: node.type === 'ArrowFunctionExpression',
      at: this.#place(node),
    };
    return { op: 'function', fn };
  }

  #parameter(node: t.Node): { to: Pattern; rest: boolean } {
    if (node.type === 'TSParameterProperty') return { to: this.#pattern(node.parameter as t.LVal), rest: false };
    if (node.type === 'RestElement') {
      const to = this.#pattern(node.argument as t.LVal);
      if (to.op === 'variable') to.type ??= this.#typeOf(node);
      return { to, rest: true };
    }
    return { to: this.#pattern(node as t.LVal), rest: false };
  }

  #class(node: t.Class): ClassFact {
    const fields: ClassFact['fields'] = [];
    const methods: FunctionFact[] = [];
    for (const member of node.body.body) {
      if (member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod') {
        if (member.type === 'ClassMethod' && member.kind === 'constructor') {
          for (const param of member.params) {
            if (param.type !== 'TSParameterProperty') continue;
            const to = this.#pattern(param.parameter as t.LVal);
            if (to.op === 'variable') fields.push({ name: to.name, type: to.type, value: to.fallback });
          }
        }
        const lowered = this.#function(member, nameOf(member.key), true);
        if (member.kind === 'get') fields.push({ name: nameOf(member.key), type: null, value: this.#immediate(lowered, member) });
        else if (lowered.op === 'function') methods.push(lowered.fn);
      } else if (member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty') {
        const name = nameOf(member.key);
        const value = !member.value
          ? null
          : isFunction(member.value)
            ? this.#function(member.value, name, true)
            : this.expression(member.value);
        fields.push({ name, type: this.#typeOf(member), value });
      } else if (member.type === 'StaticBlock') {
        fields.push({ name: '', type: null, value: this.#staticBlock(member) });
      }
    }
    const base = node.superClass ? this.expression(node.superClass) : null;
    return { name: node.id?.name ?? null, base, fields, methods };
  }

  /** A call of a function where it is written: what a getter and a static block come to. */
  #immediate(callee: Expr, node: t.Node): Expr {
    return { op: 'call', callee, args: [], isNew: false, at: this.#place(node) };
  }

  #staticBlock(node: t.StaticBlock): Expr {
    const flags = { isAsync: false, isGenerator: false, isExported: false, keepsSelf: false };
    const fn: FunctionFact = { name: null, params: [], body: this.statements(node.body), ...flags, at: this.#place(node) };
    return this.#immediate({ op: 'function', fn }, node);
  }

  #pattern(node: t.LVal | t.PatternLike): Pattern {
    switch (node.type) {
      case 'Identifier':
        return { op: 'variable', name: node.name, type: this.#typeOf(node), fallback: null };
      case 'AssignmentPattern': {
        const to = this.#pattern(node.left as t.LVal);
        return to.op === 'place' ? to : { ...to, fallback: this.expression(node.right) };
      }
      case 'ObjectPattern':
        return {
          op: 'fields',
          type: this.#typeOf(node),
          fallback: null,
          fields: node.properties.map((one) =>
            one.type === 'RestElement'
              ? { name: null, to: this.#pattern(one.argument as t.LVal) }
              : { name: one.computed ? null : nameOf(one.key), to: this.#pattern(one.value as t.LVal) },
          ),
        };
      case 'ArrayPattern':
        return {
          op: 'elements',
          fallback: null,
          elements: node.elements.map((one) => {
            if (!one) return { to: this.#unnamed(), rest: false };
            if (one.type === 'RestElement') return { to: this.#pattern(one.argument as t.LVal), rest: true };
            return { to: this.#pattern(one as t.LVal), rest: false };
          }),
        };
      default:
        return { op: 'place', target: this.expression(node) };
    }
  }

  #unnamed(): Pattern {
    return { op: 'place', target: nothing };
  }

  #typeOf(node: t.Node): string | null {
    const annotation = 'typeAnnotation' in node ? (node.typeAnnotation as t.Node | null | undefined) : null;
    if (!annotation || typeof annotation.start !== 'number' || typeof annotation.end !== 'number') return null;
    return this.#text.slice(annotation.start, annotation.end).replace(/^:\s*/, '');
  }

  #place(node: t.Node): Place {
    return this.#lines.place(node.start ?? 0, node.end ?? 0);
  }
}

type Callable = t.ArrowFunctionExpression | t.FunctionExpression;

function isFunction(node: t.Node): node is Callable {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
}

/** The name a key or specifier stands for; private names keep their `#`. */
function nameOf(node: t.Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'PrivateName') return `#${node.id.name}`;
  if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return String(node.value);
  return '';
}
