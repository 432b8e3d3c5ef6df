/**
 * Where variables live. Python has one scope per function, and programs use a name for one thing in one loop and for
 * another thing in the next. A variable is therefore given to the innermost loop or function that holds all its uses.
 */
import type { PythonNode } from '../../python/index.js';
import { nameOf } from './source.js';

/** A function's body, or a loop of it. */
export interface Block {
  outer: Block | null;
  depth: number;
  /** Variables that live here but are also assigned under a condition or further in: declared at the start. */
  declared: string[];
}

/** What one function says of its variables. */
export interface FunctionScope {
  body: Block;
  /** The block of each loop statement of the function. */
  loops: ReadonlyMap<PythonNode, Block>;
  /** The block of each variable the function assigns and owns, parameters left out. */
  homes: ReadonlyMap<string, Block>;
  params: ReadonlySet<string>;
  /** Those declared `global` or `nonlocal`. */
  foreign: ReadonlySet<string>;
  /** Imports anywhere in the function. */
  imports: PythonNode[];
  isGenerator: boolean;
}

/** A variable that is assigned. */
interface Use {
  home: Block;
  /** Assigned somewhere else than straight in a block. */
  assignedIn: Set<Block | null>;
}

/** A node that has to be looked at, in the block it stands in. */
interface Visit {
  node: PythonNode;
  block: Block;
  /** Whether it is met whenever its block is: under no condition. */
  isStraight: boolean;
}

/**
 * Looks through a function's body once. Parameters are no variables of its blocks. Of functions and classes inside, only
 * the names they use matter, and where a name is used matters only where there are loops.
 */
export function scopeOf(nodes: readonly PythonNode[], params: ReadonlySet<string>): FunctionScope {
  const { body, loops, foreign, imports, isGenerator, uses } = new Body(nodes);
  const homes = new Map<string, Block>();
  for (const [name, { home, assignedIn }] of uses) {
    if (foreign.has(name) || params.has(name)) continue;
    homes.set(name, home);
    if ([...assignedIn].some((block) => block !== home)) home.declared.push(name);
  }
  return { body, loops, homes, params, foreign, imports, isGenerator };
}

/** A function's body, looked through. */
class Body {
  readonly body: Block = { outer: null, depth: 0, declared: [] };
  readonly loops = new Map<PythonNode, Block>();
  readonly uses = new Map<string, Use>();
  readonly foreign = new Set<string>();
  readonly imports: PythonNode[] = [];
  isGenerator = false;
  /** Names, and functions with names in them, that may stand further out than where they are assigned. */
  readonly #reads: Visit[] = [];

  constructor(nodes: readonly PythonNode[]) {
    const stack: Visit[] = nodes.toReversed().map((node) => ({ node, block: this.body, isStraight: true }));
    for (let visit = stack.pop(); visit; visit = stack.pop()) {
      const { node, block } = visit;
      const inside = this.#look(visit);
      if (inside === null) continue;
      for (let i = node.children.length - 1; i >= 0; i--) {
        const child = node.children[i] as PythonNode;
        if (child.children.length === 0 && child.type !== 'identifier') continue;
        // What a loop goes over is outside of it, and so is what follows it.
        const isOutside = inside.block !== block && (child.fieldName === 'right' || child.type === 'else_clause');
        stack.push({ node: child, block: isOutside ? block : inside.block, isStraight: inside.isStraight });
      }
    }
    if (this.loops.size > 0) for (const read of this.#reads) this.#use(read);
  }

  /** Notes what a node says. Gives how its children are looked at, or null where they say nothing more. */
  #look(visit: Visit): Pick<Visit, 'block' | 'isStraight'> | null {
    const { node, block, isStraight } = visit;
    switch (node.type) {
      case 'identifier':
      case 'lambda':
        this.#reads.push(visit);
        return null;
      case 'string':
        return node.children.length <= 2 ? null : visit;
      case 'import_statement':
      case 'import_from_statement':
        this.imports.push(node);
        return null;
      case 'global_statement':
      case 'nonlocal_statement':
        for (const name of node.namedChildren) this.foreign.add(nameOf(name));
        return null;
      case 'function_definition':
      case 'class_definition': {
        const own = node.childForFieldName('name');
        if (own) this.#assign(own, block, isStraight);
        this.#reads.push(visit);
        return null;
      }
      case 'yield':
        this.isGenerator = true;
        return visit;
      case 'for_statement':
      case 'while_statement': {
        const loop: Block = { outer: block, depth: block.depth + 1, declared: [] };
        this.loops.set(node, loop);
        return { block: loop, isStraight: true };
      }
      case 'if_statement':
      case 'except_clause':
      case 'except_group_clause':
      case 'finally_clause':
      case 'match_statement':
      case 'conditional_expression':
      case 'boolean_operator':
        return { block, isStraight: false };
      case 'assignment':
      case 'augmented_assignment':
      case 'named_expression':
      case 'as_pattern':
      case 'case_pattern': {
        const isOwn = node.type === 'as_pattern' || (node.type === 'assignment' && node.parent?.type !== 'assignment');
        for (const target of targetsOf(node)) this.#assign(target, block, isStraight && isOwn);
        return visit;
      }
      default:
        return visit;
    }
  }

  #assign(target: PythonNode, block: Block, isStraight: boolean): void {
    for (const name of namesIn(target)) {
      const known = this.uses.get(name);
      const assignedIn = isStraight ? block : null;
      if (known) {
        known.home = common(known.home, block);
        known.assignedIn.add(assignedIn);
      } else this.uses.set(name, { home: block, assignedIn: new Set([assignedIn]) });
    }
  }

  /** A variable lives where all its uses are. */
  #use({ node, block }: Visit): void {
    for (const name of node.type === 'identifier' ? nameRead(node) : namesUsedIn(node)) {
      const known = this.uses.get(name);
      if (known) known.home = common(known.home, block);
    }
  }
}

// Functions nest, and each is looked at again as a part of those around it.
const used = new WeakMap<PythonNode, ReadonlySet<string>>();

/** The names read or written anywhere in a function or class. */
function namesUsedIn(root: PythonNode): ReadonlySet<string> {
  const known = used.get(root);
  if (known) return known;
  const names = new Set<string>();
  const stack = root.children.toReversed();
  for (let node = stack.pop(); node; node = stack.pop()) {
    switch (node.type) {
      case 'identifier':
        for (const name of nameRead(node)) names.add(name);
        continue;
      case 'string':
        if (node.children.length <= 2) continue;
        break;
      case 'import_statement':
      case 'import_from_statement':
      case 'global_statement':
      case 'nonlocal_statement':
        continue;
      case 'function_definition':
      case 'class_definition':
        for (const name of namesUsedIn(node)) names.add(name);
        continue;
    }
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as PythonNode);
  }
  used.set(root, names);
  return names;
}

/** The variable that an identifier stands for; none for a member and for the name of an argument. */
function nameRead(node: PythonNode): string[] {
  const isKeyword = node.fieldName === 'name' && node.parent?.type === 'keyword_argument';
  return node.fieldName === 'attribute' || isKeyword ? [] : [nameOf(node)];
}

function targetsOf(node: PythonNode): PythonNode[] {
  if (node.type === 'assignment' || node.type === 'augmented_assignment') return node.childrenForFieldName('left');
  if (node.type === 'named_expression') return node.childrenForFieldName('name');
  if (node.type === 'as_pattern') return node.childrenForFieldName('alias');
  // `case [first, *rest]`: what is captured are bare names.
  return node.type === 'case_pattern' ? node.children.filter((child) => child.type === 'dotted_name' && child.children.length === 1) : [];
}

/** Variables of an assignment's left side; places in objects are none. */
function namesIn(target: PythonNode): string[] {
  if (target.type === 'identifier') return [nameOf(target)];
  if (target.type === 'attribute' || target.type === 'subscript') return [];
  return target.namedChildren.flatMap(namesIn);
}

function common(a: Block, b: Block): Block {
  let [left, right] = [a, b];
  while (left !== right) {
    if (left.depth >= right.depth && left.outer) left = left.outer;
    else if (right.outer) right = right.outer;
    else break;
  }
  return left;
}
