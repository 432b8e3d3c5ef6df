/** What the grammar lets pass, and Python does not: it is made for editors, where code is half written. */
import type { PythonNode } from './tree.js';

/** Begin a line within a statement; they stand as deep as it does. */
const clauses = new Set(['elif_clause', 'else_clause', 'except_clause', 'except_group_clause', 'finally_clause', 'case_clause', 'decorator']);

/** What may stand before and behind a statement. */
const between = new Set(['comment', 'line_continuation', ';']);

/** Watches the nodes of one tree as they are made, parents first. */
export class Strictness {
  /** Where the node before ended, what it was since the line began, and how many brackets were open there. */
  #end = 0;
  #last = '';
  #depth = 0;
  /** The indentation of each block, as its first line has it. */
  readonly #indents = new Map<PythonNode, string>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether a node cannot be in a program of Python 3. */
  isRefused(node: PythonNode): boolean {
    switch (node.type) {
      case 'block':
        return this.#isBadlyIndented(node) || node.endIndex === node.startIndex;
      case 'print_statement':
        // `print >>file, text` is an expression of Python 3 as well.
        return this.#text[node.startIndex + 'print'.length] !== '(' && !/^print\s*>>/.test(node.text);
      case 'string_content':
        return !/("""|''')$/.test(node.parent?.children[0]?.text ?? '') && /(?<!\\)(\\\\)*\n/.test(node.text);
      default:
        return this.#isBadlyIndented(node);
    }
  }

  /**
   * Whether a line ends within a statement, or a statement begins within a line: the grammar drops a line break that
   * makes no sense to it, and adds one where that does. Asked of each node in the order of the text, parents first.
   */
  isBroken(type: string, field: string | null, parent: PythonNode | null, start: number): boolean {
    if (this.#depth > 0 || parent === null || between.has(type)) return false;
    const isStatement = parent.type === 'block' || parent.type === 'module';
    // A comment or a backslash may stand between.
    const isLater = start > this.#end && /(?<!\\\r?)\n/.test(this.#text.slice(this.#end, start));
    if (!isLater) return isStatement && !/^[;:]?$/.test(this.#last);
    // What is inside begins in the same place, and in the same line.
    this.#end = start;
    this.#last = '';
    return !isStatement && type !== 'block' && !clauses.has(type) && field !== 'definition';
  }

  /** Tells of a node that nothing stands in. */
  pass(type: string, end: number): void {
    // With the backslash, the gap shows whether the line before had ended.
    if (type === 'line_continuation') return;
    if (type.length === 1 && '([{'.includes(type)) this.#depth++;
    if (type.length === 1 && ')]}'.includes(type)) this.#depth--;
    this.#end = end;
    if (type !== 'comment') this.#last = type;
  }

  /** Statements of a block start in the same column, unless they share a line. */
  #isBadlyIndented({ type, parent, startIndex, isNamed }: PythonNode): boolean {
    const around = clauses.has(type) && parent?.type !== 'block' ? parent?.parent : parent;
    if (!isNamed || !around || (around.type !== 'block' && around.type !== 'module')) return false;
    // Lines may be long, and what stands before is no more than spaces.
    let start = startIndex;
    while (start > 0 && ' \t\f\v\r\uFEFF'.includes(this.#text[start - 1] as string)) start--;
    if ((start > 0 && this.#text[start - 1] !== '\n') || this.#text[start - 2] === '\\') return false;
    const before = this.#text.slice(start, startIndex);
    // A form feed starts the line anew.
    const indent = before.slice(before.lastIndexOf('\f') + 1).replace('\uFEFF', '');
    const known = this.#indents.get(around);
    if (known !== undefined) return indent !== known;
    this.#indents.set(around, indent);
    return around.type === 'module' ? indent !== '' : !this.#isDeeper(indent, around);
  }

  /**
   * Whether a block stands further right than the block around it even where a tab is one column wide. The grammar
   * takes a tab for eight columns; Python asks both ways, and raises a TabError where the answers differ.
   */
  #isDeeper(indent: string, block: PythonNode): boolean {
    let outer = block.parent;
    while (outer !== null && !this.#indents.has(outer)) outer = outer.parent;
    return outer === null || indent.length > (this.#indents.get(outer) ?? '').length;
  }
}
