/** Makes the tree of plain objects out of the one in the parser's memory: one walk, parents first. */
import type { Language, Tree as ParsedTree } from 'web-tree-sitter';
import { NodeView, readLanguage, rootOf, type Production, type WasmMemory } from './memory.js';
import { checkedTypes, refusalOf } from './refused.js';
import { Strictness } from './strict.js';
import { PythonNode, type PythonComment, type Tree } from './tree.js';

interface Kind {
  type: string;
  isNamed: boolean;
  /** Says nothing that the shape of the tree does not say, but perhaps in one type of node. */
  isPunctuation: boolean;
  tellingIn: string | null;
  /** Has nothing inside that anyone asks for. */
  isLeaf: boolean;
  /** May stand in a place that is not its own. */
  isChecked: boolean;
}

/** What is known of the language before there is any text. */
export interface Grammar {
  /** By symbol. */
  kinds: readonly Kind[];
  productions: readonly Production[];
}

const PUNCTUATION = new Set([
  '(', ')', '[', ']', '{', '}', ',', '.', ';', ':', '=', '->', 'line_continuation', 'def', 'class', 'return', 'raise', 'if', 'elif', 'else', 'for',
  'while', 'try', 'except', 'finally', 'with', 'import',
]);
/** `a[:1]` and `a[1:]`, `f"{x=}"`. */
const TELLING_IN: Readonly<Record<string, string>> = { ':': 'slice', '=': 'interpolation' };
const LEAVES = new Set([
  'identifier', 'integer', 'float', 'true', 'false', 'none', 'ellipsis', 'string_start', 'string_content', 'string_end',
  'escape_interpolation', 'type_conversion', 'import_prefix', 'pass_statement', 'break_statement', 'continue_statement',
]);
// Shared by all leaves: half of all nodes are.
const NO_CHILDREN: PythonNode[] = Object.freeze([] as PythonNode[]) as PythonNode[];
const ERROR_KIND: Kind = { type: 'ERROR', isNamed: true, isPunctuation: false, tellingIn: null, isLeaf: false, isChecked: false };

export function grammarOf(memory: WasmMemory, language: Language): Grammar {
  const { publicSymbols, productions } = readLanguage(memory, language);
  const kinds = Array.from(publicSymbols, (id): Kind => {
    const type = language.nodeTypeForId(id) ?? '';
    const isNamed = language.nodeTypeIsNamed(id);
    return { type, isNamed, isPunctuation: PUNCTUATION.has(type), tellingIn: TELLING_IN[type] ?? null, isLeaf: !isNamed || LEAVES.has(type), isChecked: isNamed && checkedTypes.has(type) };
  });
  return { kinds, productions };
}

/** Children that are being gone through: those of a node, or of something hidden in it. */
interface Level {
  /** Where the next child stands in memory, and where the last one ends. */
  next: number;
  end: number;
  /** Index of the next child among those that are no extras. */
  index: number;
  /** Offset in bytes, behind the child before. */
  position: number;
  production: Production;
  parent: PythonNode | null;
  /** The name by which `parent` knows what is hidden. */
  field: string | null;
}

const ROOT: Production = { aliases: [], fields: [] };

/** Copies a parsed tree; it may be freed afterwards. Iterative, so that nesting costs no stack. */
export function buildTree(tree: ParsedTree, memory: WasmMemory, { kinds, productions }: Grammar, text: string): Tree {
  const { hasError } = tree.rootNode;
  // From here on nothing runs in WebAssembly that could move its memory.
  const words = memory.HEAPU32;
  const comments: PythonComment[] = [];
  let firstError: number | null = null;
  const strictness = new Strictness(text);
  const checked: PythonNode[] = [];
  let rootNode: PythonNode | undefined;
  const view = new NodeView();
  const root = rootOf(tree);
  const levels: Level[] = [{ next: root, end: root + 2, index: 0, position: 0, production: ROOT, parent: null, field: null }];
  let level = levels[0];
  // What stands before a node's first child stands before the node, and has been counted.
  let isFirst = false;
  while (level) {
    if (level.next === level.end) {
      levels.pop();
      level = levels.at(-1);
      isFirst = false;
      continue;
    }
    view.read(words, level.next);
    level.next += 2;
    const start = level.position + (isFirst ? 0 : view.padding);
    isFirst = false;
    level.position = start + view.size;
    let symbol = view.symbol;
    let field: string | null = null;
    let isVisible = view.isVisible;
    if (!view.isExtra) {
      const alias = level.production.aliases[level.index] ?? 0;
      field = level.production.fields[level.index] ?? level.field;
      level.index++;
      if (alias !== 0) {
        symbol = alias;
        isVisible = true;
      }
    }
    let parent = level.parent;
    if (isVisible) {
      const kind = kinds[symbol] ?? ERROR_KIND;
      const startIndex = start >>> 1;
      if (firstError === null && strictness.isBroken(kind.type, field, parent, startIndex)) firstError = startIndex;
      if (kind.isLeaf || view.childCount === 0 || view.visibleChildCount === 0) strictness.pass(kind.type, level.position >>> 1);
      if (hasError && firstError === null && (kind === ERROR_KIND || view.isMissing)) firstError = startIndex;
      if (kind.isPunctuation && (kind.tellingIn === null || kind.tellingIn !== parent?.type)) continue;
      const endIndex = level.position >>> 1;
      if (kind.type === 'comment') {
        comments.push({ value: text.slice(startIndex + 1, endIndex), start: startIndex, end: endIndex });
        continue;
      }
      const node = new PythonNode(kind.type, kind.isNamed, startIndex, endIndex, field, parent, text, kind.isLeaf ? NO_CHILDREN : []);
      parent?.children.push(node);
      if (firstError === null && strictness.isRefused(node)) firstError = startIndex;
      if (kind.isChecked) checked.push(node);
      rootNode ??= node;
      if (kind.isLeaf) continue;
      parent = node;
      field = null;
    }
    if (view.childCount === 0 || view.visibleChildCount === 0) continue;
    const { firstChild, childCount, production } = view;
    level = { next: firstChild, end: firstChild + 2 * childCount, index: 0, position: start, production: productions[production] ?? ROOT, parent, field };
    levels.push(level);
    isFirst = true;
  }
  if (!rootNode) throw new Error('tree-sitter gave an empty tree');
  const refused = firstError === null ? checked.find((node) => refusalOf(node) !== null) : undefined;
  return { rootNode, comments, firstError: firstError ?? refused?.startIndex ?? null, errorReason: refused ? refusalOf(refused) : null, text };
}
