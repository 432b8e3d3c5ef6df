/** What the grammar lets pass, and Python does not: it is made for editors, where code is half written. */
import type { PythonNode } from './tree.js';

/** Watches the nodes of one tree as they are made, parents first. */
export class Strictness {
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

  /** Statements of a block start in the same column, unless they share a line. */
  #isBadlyIndented({ parent, startIndex, isNamed }: PythonNode): boolean {
    if (!isNamed || parent === null || (parent.type !== 'block' && parent.type !== 'module')) return false;
    const start = this.#text.lastIndexOf('\n', startIndex - 1) + 1;
    const before = this.#text.slice(start, startIndex);
    if (/[^\s\uFEFF]/.test(before) || this.#text[start - 2] === '\\') return false;
    // A form feed starts the line anew.
    const indent = before.slice(before.lastIndexOf('\f') + 1).replace('\uFEFF', '');
    const known = this.#indents.get(parent);
    if (known !== undefined) return indent !== known;
    this.#indents.set(parent, indent);
    return parent.type === 'module' ? indent !== '' : !this.#isDeeper(indent, parent);
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
