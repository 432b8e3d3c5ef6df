/** A Python syntax tree in plain objects: no memory outside the JavaScript heap, and nothing to free. */

/** Offsets are UTF-16 units into the text, end exclusive. Types and field names are those of tree-sitter-python. */
export class PythonNode {
  constructor(
    readonly type: string,
    /** False for keywords and operators, which stand in the grammar as quoted text. */
    readonly isNamed: boolean,
    readonly startIndex: number,
    readonly endIndex: number,
    /** The name under which the parent knows this child. */
    readonly fieldName: string | null,
    readonly parent: PythonNode | null,
    readonly source: string,
    readonly children: PythonNode[],
  ) {}

  get text(): string {
    return this.source.slice(this.startIndex, this.endIndex);
  }

  get namedChildren(): readonly PythonNode[] {
    // Of most nodes all children are.
    for (const { isNamed } of this.children) if (!isNamed) return this.children.filter((child) => child.isNamed);
    return this.children;
  }

  childForFieldName(name: string): PythonNode | null {
    for (const child of this.children) if (child.fieldName === name) return child;
    return null;
  }

  childrenForFieldName(name: string): PythonNode[] {
    return this.children.filter((child) => child.fieldName === name);
  }
}

/** A comment; `value` is what follows the `#`. */
export interface PythonComment {
  value: string;
  start: number;
  end: number;
}

export interface Tree {
  /** Of type `module`. Holds neither comments nor brackets, commas, keywords and the like that only mark the shape. */
  rootNode: PythonNode;
  comments: PythonComment[];
  /** Offset of the first place that does not parse, or null. */
  firstError: number | null;
  /** What is wrong there, as half a sentence, where that is known. */
  errorReason: string | null;
  /** The text that was parsed. */
  text: string;
}
