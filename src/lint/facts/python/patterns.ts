/** Targets of assignments, loops and `with`, and parameters. */
import type { PythonNode } from '../../python/index.js';
import type { Expr, Pattern, Stmt } from '../model.js';
import { shapeOfParameter } from '../vocabulary/index.js';
import { lowerPlace } from './subscripts.js';
import { nameOf, normalised, nothing, partsOf, unwrapped, type Source, type Spot } from './source.js';
import { typeOfAnnotation, typeOfParameter } from './types.js';

/** Lowers what stands left of `=`, after `as` or between `for` and `in`. */
export function lowerPattern(source: Source, target: PythonNode, type: PythonNode | null = null): Pattern {
  const node = unwrapped(target);
  switch (node.type) {
    case 'identifier': {
      const to = { op: 'variable', name: nameOf(node), type: type ? typeOfAnnotation(type.text) : null, fallback: null } as const;
      source.mayHaveRows ||= shapeOfParameter(to.name, to.type) !== null;
      return to;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
    case 'expression_list': {
      const elements = partsOf(node).map((part) => {
        const inner = part.type === 'list_splat_pattern' || part.type === 'list_splat' ? partsOf(part)[0] : undefined;
        return { to: lowerPattern(source, inner ?? part), rest: inner !== undefined };
      });
      return { op: 'elements', elements, fallback: null };
    }
    case 'as_pattern_target': {
      const [only] = partsOf(node);
      return only ? lowerPattern(source, only) : unnamed;
    }
    default:
      return { op: 'place', target: lowerPlace(source, node) };
  }
}

export const unnamed: Pattern = { op: 'place', target: nothing };

/** Puts a value into a target: afresh where the target always runs once in the block it lives in, else as one of several. */
export function store(source: Source, to: Pattern, value: Expr, spot: Spot): Stmt {
  const isFresh = spot.isStraight && variablesOf(to).every((name) => livesIn(source, name, spot));
  if (isFresh) return { op: 'bind', to, value };
  return { op: 'do', value: { op: 'assign', to, value, compound: false } };
}

function livesIn(source: Source, name: string, { block }: Spot): boolean {
  const { homes, foreign, body } = source.scope;
  return !foreign.has(name) && (homes.get(name) ?? body) === block;
}

/** The variables a pattern gives values to. */
export function variablesOf(to: Pattern): string[] {
  if (to.op === 'variable') return [to.name];
  return to.op === 'elements' ? to.elements.flatMap((element) => variablesOf(element.to)) : [];
}

export interface Parameter {
  name: string;
  to: Pattern;
  rest: boolean;
}

/** The parameters of a function or lambda. `*` and `/` are left out, and so is `**names`, which no call fills by position. */
export function lowerParameters(source: Source, functionName: string, node: PythonNode | null): Parameter[] {
  return (node ? partsOf(node) : []).flatMap((part): Parameter[] => {
    const bare = part.type === 'typed_parameter' ? partsOf(part)[0] : (part.childForFieldName('name') ?? part);
    const isRest = bare?.type === 'list_splat_pattern';
    const id = isRest ? partsOf(bare)[0] : bare;
    if (id?.type !== 'identifier') return [];
    const annotation = part.childForFieldName('type')?.text ?? null;
    const value = part.childForFieldName('value');
    const type = typeOfParameter(functionName, normalised(id.text), annotation);
    source.mayHaveRows ||= functionName === 'process' || shapeOfParameter(nameOf(id), type) !== null;
    const to: Pattern = { op: 'variable', name: nameOf(id), type, fallback: value ? source.expression(value) : null };
    return [{ name: nameOf(id), to, rest: isRest }];
  });
}
