/** The Python parser: tree-sitter in WebAssembly. Loaded once per process, and only when there is Python to read. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { Failure } from '../../errors/index.js';
import { Strictness } from './strict.js';
import { PythonNode, type PythonComment, type Tree } from './tree.js';

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
  await Parser.init({ wasmBinary: wasmFile('web-tree-sitter') });
  const language = await Language.load(wasmFile('tree-sitter-python'));
  const parser = new Parser().setLanguage(language);
  const kinds = kindsOf(language);
  return { parse: (text) => parseWith(parser, kinds, text) };
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

interface Kind {
  type: string;
  isNamed: boolean;
  /** Says nothing that the shape of the tree does not say. */
  isPunctuation: boolean;
  /** Has nothing inside that anyone asks for. */
  isLeaf: boolean;
}

const PUNCTUATION = new Set(['(', ')', '[', ']', '{', '}', ',', '.', ';', 'line_continuation']);
const LEAVES = new Set([
  'identifier', 'integer', 'float', 'true', 'false', 'none', 'ellipsis', 'string_start', 'string_content', 'string_end',
  'escape_interpolation', 'type_conversion', 'import_prefix', 'pass_statement', 'break_statement', 'continue_statement',
]);
// Shared by all leaves: half of all nodes are.
const NO_CHILDREN: PythonNode[] = Object.freeze([] as PythonNode[]) as PythonNode[];
const ERROR_KIND: Kind = { type: 'ERROR', isNamed: true, isPunctuation: false, isLeaf: false };

function kindsOf(language: Language): Kind[] {
  return Array.from({ length: language.nodeTypeCount }, (_, id) => {
    const type = language.nodeTypeForId(id) ?? '';
    const isNamed = language.nodeTypeIsNamed(id);
    return { type, isNamed, isPunctuation: PUNCTUATION.has(type), isLeaf: !isNamed || LEAVES.has(type) };
  });
}

function parseWith(parser: Parser, kinds: Kind[], text: string): Tree {
  // Python ends lines at a lone carriage return, and tree-sitter does not. NUL would end the text.
  const readable = text.replace(/\r(?!\n)/g, '\n').replaceAll('\0', ' ');
  const tree = parser.parse(readable);
  if (!tree) throw new Error('tree-sitter gave no tree');
  const cursor = tree.walk();
  try {
    return build(cursor, kinds, tree.rootNode.hasError, tree.language.fields, readable);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

// One walk by cursor: asking tree-sitter for each node later would cross into WebAssembly every time.
function build(cursor: TreeCursor, kinds: Kind[], hasError: boolean, fields: (string | null)[], text: string): Tree {
  const comments: PythonComment[] = [];
  let firstError: number | null = null;
  const strictness = new Strictness(text);
  let parent: PythonNode | null = null;
  let rootNode: PythonNode | undefined;
  for (;;) {
    const kind = kinds[cursor.nodeTypeId] ?? ERROR_KIND;
    if (hasError && firstError === null && (kind === ERROR_KIND || cursor.nodeIsMissing)) firstError = cursor.startIndex;
    if (kind.type === 'comment') {
      const start = cursor.startIndex;
      const end = cursor.endIndex;
      comments.push({ value: text.slice(start + 1, end), start, end });
    } else if (!kind.isPunctuation) {
      const field: string | null = fields[cursor.currentFieldId] ?? null;
      const children = kind.isLeaf ? NO_CHILDREN : [];
      const node: PythonNode = new PythonNode(kind.type, kind.isNamed, cursor.startIndex, cursor.endIndex, field, parent, text, children);
      parent?.children.push(node);
      if (firstError === null && strictness.isRefused(node)) firstError = node.startIndex;
      rootNode ??= node;
      if (!kind.isLeaf && cursor.gotoFirstChild()) {
        parent = node;
        continue;
      }
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent() || !parent) return finish();
      parent = parent.parent;
    }
  }

  function finish(): Tree {
    if (!rootNode) throw new Error('tree-sitter gave an empty tree');
    return { rootNode, comments, firstError, text };
  }
}
