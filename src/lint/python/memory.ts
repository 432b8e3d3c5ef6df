/**
 * The parser's trees where they lie in WebAssembly's memory. Asking the parser's own cursor for a node crosses into
 * WebAssembly half a dozen times, which takes as long as parsing; reading its memory crosses never.
 *
 * The layouts are those of tree-sitter 0.27 (`SubtreeHeapData`, `SubtreeInlineData`, `TSLanguage`) with pointers of 32
 * bits, counted here in words of four bytes. The version is pinned, and a test compares every node with the cursor's.
 */
import type { Language, Tree } from 'web-tree-sitter';

/** What Emscripten keeps up to date on the object that its module was made with: views of the memory, which may grow. */
export interface WasmMemory {
  HEAPU32: Uint32Array;
  HEAPU16: Uint16Array;
}

/** What the grammar says of the children of one kind of node, by their index among those that are no extras. */
export interface Production {
  /** The symbol that a child goes by instead of its own; 0 for its own. */
  aliases: readonly number[];
  /** The name under which the node knows a child. */
  fields: readonly (string | null)[];
}

/** A node in memory; `words` of a view. Reused for every node: there are hundreds of thousands. */
export class NodeView {
  symbol = 0;
  isVisible = false;
  /** Stands anywhere, as comments do, and counts for no production. */
  isExtra = false;
  isMissing = false;
  /** Bytes before it and in it; two per UTF-16 unit. */
  padding = 0;
  size = 0;
  childCount = 0;
  visibleChildCount = 0;
  production = 0;
  /** Index of the first child's first word; each child takes two. */
  firstChild = 0;

  /** Reads the node whose two words stand at an index: the node itself where it is small, or where it lies. */
  read(words: Uint32Array, index: number): void {
    const word = words[index] as number;
    if ((word & 1) === 1) {
      const sizes = words[index + 1] as number;
      this.symbol = (word >>> 8) & 0xff;
      this.isVisible = (word & 2) !== 0;
      this.isExtra = (word & 8) !== 0;
      this.isMissing = (word & 32) !== 0;
      this.padding = (sizes >>> 16) & 0xff;
      this.size = sizes >>> 24;
      this.childCount = 0;
      return;
    }
    const at = word >>> 2;
    const flags = words[at + 11] as number;
    this.symbol = (words[at + 10] as number) & 0xffff;
    this.isVisible = (flags & 1) !== 0;
    this.isExtra = (flags & 4) !== 0;
    this.isMissing = (flags & 0x200) !== 0;
    this.padding = words[at + 1] as number;
    this.size = words[at + 4] as number;
    this.childCount = words[at + 9] as number;
    if (this.childCount === 0) return;
    this.visibleChildCount = words[at + 12] as number;
    this.production = (words[at + 16] as number) >>> 16;
    this.firstChild = at - 2 * this.childCount;
  }
}

/** The index of a tree's root, for `NodeView.read`. */
export function rootOf(tree: Tree): number {
  return addressOf(tree) >>> 2;
}

/** The public form of each symbol, and all productions, by number. Production 0 says nothing. */
export function readLanguage({ HEAPU32, HEAPU16 }: WasmMemory, language: Language): { publicSymbols: Uint16Array; productions: Production[] } {
  const word = (index: number): number => HEAPU32[(addressOf(language) >>> 2) + index] as number;
  const half = (address: number, index: number): number => HEAPU16[(address >>> 1) + index] as number;
  const [symbolCount, productionCount, longest] = [word(1) + word(2), word(7), word(9) & 0xffff];
  const [slices, entries, symbols, aliases] = [word(16), word(17), word(19), word(21)];
  const productions = Array.from({ length: productionCount }, (_, id): Production => {
    const fields = new Array<string | null>(longest).fill(null);
    const [first, count] = [half(slices, 2 * id), half(slices, 2 * id + 1)];
    for (let i = first; i < first + count; i++) {
      // The high byte says that the name is that of a child further in.
      const [field, child] = [half(entries, 2 * i), half(entries, 2 * i + 1)];
      if (child <= 0xff) fields[child] ??= language.fieldNameForId(field);
    }
    return { aliases: fields.map((_name, child) => (id === 0 ? 0 : half(aliases, id * longest + child))), fields };
  });
  return { publicSymbols: HEAPU16.slice(symbols >>> 1, (symbols >>> 1) + symbolCount), productions };
}

// web-tree-sitter keeps the address of what it wraps under the key 0, and does not declare it.
function addressOf(wrapper: Language | Tree): number {
  return (wrapper as unknown as { 0: number })[0];
}
