/** Patterns, places and names: the small parts of every node. */
import type * as t from '@babel/types';
import type { Place } from '../../rule.js';
import type { LineIndex } from '../../text.js';
import type { Expr, Pattern, Stmt } from '../model.js';
import { shapeOfParameter } from '../vocabulary/index.js';

export const nothing: Expr = { op: 'literal', value: null };

/** The file that is being lowered. */
export interface Source {
  text: string;
  lines: LineIndex;
  /** Set when a `try` with a `catch` is met. */
  catches: boolean;
  /** Set when something is met that may hold rows: see `ModuleFact`. */
  mayHaveRows: boolean;
  /** Lowers an expression, or statements, inside of what is being lowered. */
  expression(node: t.Node): Expr;
  statements(nodes: readonly t.Statement[]): Stmt[];
}

export function lowerPattern(source: Source, node: t.LVal | t.PatternLike): Pattern {
  switch (node.type) {
    case 'Identifier':
      return { op: 'variable', name: node.name, type: typeOf(source, node, node.name), fallback: null };
    case 'AssignmentPattern': {
      const to = lowerPattern(source, node.left as t.LVal);
      return to.op === 'place' ? to : { ...to, fallback: source.expression(node.right) };
    }
    case 'ObjectPattern':
      return {
        op: 'fields',
        type: typeOf(source, node),
        fallback: null,
        fields: node.properties.map((one) =>
          one.type === 'RestElement'
            ? { name: null, to: lowerPattern(source, one.argument as t.LVal) }
            : { name: one.computed ? null : nameOf(one.key), to: lowerPattern(source, one.value as t.LVal) },
        ),
      };
    case 'ArrayPattern':
      return {
        op: 'elements',
        fallback: null,
        elements: node.elements.map((one) => {
          if (!one) return { to: unnamed(), rest: false };
          if (one.type === 'RestElement') return { to: lowerPattern(source, one.argument as t.LVal), rest: true };
          return { to: lowerPattern(source, one as t.LVal), rest: false };
        }),
      };
    default:
      return { op: 'place', target: source.expression(node) };
  }
}

export function unnamed(): Pattern {
  return { op: 'place', target: nothing };
}

/** The declared type of a variable or field, as it is written; `name` is what it is called, where it has a name. */
export function typeOf(source: Source, node: t.Node, name = ''): string | null {
  const type = annotationOf(source, node);
  source.mayHaveRows ||= shapeOfParameter(name, type) !== null;
  return type;
}

function annotationOf(source: Source, node: t.Node): string | null {
  const annotation = 'typeAnnotation' in node ? (node.typeAnnotation as t.Node | null | undefined) : null;
  if (!annotation || typeof annotation.start !== 'number' || typeof annotation.end !== 'number') return null;
  return source.text.slice(annotation.start, annotation.end).replace(/^:\s*/, '');
}

export function placeOf(source: Source, node: t.Node): Place {
  return source.lines.place(node.start ?? 0, node.end ?? 0);
}

/** A function written as an expression. */
export function isFunction(node: t.Node): node is t.ArrowFunctionExpression | t.FunctionExpression {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';
}

/** The name a key or specifier stands for; private names keep their `#`. */
export function nameOf(node: t.Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'PrivateName') return `#${node.id.name}`;
  if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return String(node.value);
  // `[Symbol.iterator]`
  if (node.type === 'MemberExpression') return nameOf(node.property) === 'asyncIterator' ? 'iterator' : nameOf(node.property);
  return '';
}
