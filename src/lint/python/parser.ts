/** The Python parser: tree-sitter in WebAssembly. Loaded once per process, and only when there is Python to read. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Parser } from 'web-tree-sitter';
import { Failure } from '../../errors/index.js';
import { buildTree, grammarOf, type Grammar } from './build.js';
import type { WasmMemory } from './memory.js';
import { treeSitter } from './tree-sitter.js';
import type { Tree } from './tree.js';

export interface PythonParser {
  /** Parses a text. Never throws for bad Python: `firstError` of the tree says where it stops making sense. */
  parse(text: string): Tree;
}

let loading: Promise<PythonParser> | undefined;
let loaded: PythonParser | undefined;

/**
 * Loads the parser; later calls give the same one.
 *
 * @throws Failure `python-parser-missing` when a file of the installation is not there.
 */
export function loadPython(): Promise<PythonParser> {
  return (loading ??= load().then((parser) => (loaded = parser)));
}

/**
 * The parser that `loadPython` has loaded.
 *
 * @throws Failure `python-parser-not-loaded`
 */
export function pythonParser(): PythonParser {
  if (loaded) return loaded;
  throw new Failure({
    code: 'python-parser-not-loaded',
    message: 'The Python parser has not been loaded.',
    why: 'It is loaded asynchronously, and reading a text is not.',
    next: 'Await `loadPython()` once before Python is linted.',
  });
}

async function load(): Promise<PythonParser> {
  const { Language, Parser, memory } = await treeSitter(() => wasmFile('web-tree-sitter'));
  const language = await Language.load(wasmFile('tree-sitter-python'));
  const parser = new Parser().setLanguage(language);
  const grammar = grammarOf(memory, language);
  return { parse: (text) => parseWith(parser, memory, grammar, text) };
}

/** Bundling may put this module into a chunk folder or beside the command; in a checkout it comes from its package. */
function wasmFile(name: string): Uint8Array {
  const places = ['./wasm', '../wasm', '../../wasm', '../../../node_modules/' + name]
    .map((folder) => fileURLToPath(new URL(`${folder}/${name}.wasm`, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return readFileSync(found);
  throw new Failure({
    code: 'python-parser-missing',
    message: `The file ${name}.wasm of this installation is missing.`,
    why: 'Without it Python cannot be read, and a file that was not read must not count as clean.',
    next: 'Install Plugsmith again.',
  });
}

function parseWith(parser: Parser, memory: WasmMemory, grammar: Grammar, text: string): Tree {
  // Python ends lines at a lone carriage return, and tree-sitter does not. NUL would end the text.
  const readable = text.replace(/\r(?!\n)/g, '\n').replaceAll('\0', ' ');
  const tree = treeOf(parser, memory, grammar, readable);
  if (tree.firstError === null) return tree;
  // Where one case follows, the grammar takes `match [x]:` for an item of something called `match`. A sign tells them apart.
  const signed = readable.replace(/^([ \t]*match) (?=\[)/gm, '$1+');
  if (signed === readable) return tree;
  const again = treeOf(parser, memory, grammar, signed);
  return again.firstError === null ? again : tree;
}

function treeOf(parser: Parser, memory: WasmMemory, grammar: Grammar, text: string): Tree {
  const tree = parser.parse(text);
  if (!tree) throw new Error('tree-sitter gave no tree');
  try {
    return buildTree(tree, memory, grammar, text);
  } finally {
    tree.delete();
  }
}
