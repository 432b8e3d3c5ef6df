/** Our copy of the parser's tree against the parser's own cursor, node by node. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { afterAll, expect, test } from 'vitest';
import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import { loadPython, type PythonNode } from '../../../src/lint/python/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = await loadPython();
const language = await Language.load(readFileSync(`${root}/node_modules/tree-sitter-python/tree-sitter-python.wasm`));
const parser = new Parser().setLanguage(language);
afterAll(() => parser.delete());

// Left out of our tree, and what no one looks into.
const LEFT_OUT = new Set([
  'comment', 'line_continuation', '(', ')', '[', ']', '{', '}', ',', '.', ';', ':', '=', '->', 'def', 'class', 'return', 'raise', 'if', 'elif', 'else',
  'for', 'while', 'try', 'except', 'finally', 'with', 'import',
]);
/** Signs that say something in one type of node. */
const KEPT = new Set(['slice :', 'interpolation =']);
const OPAQUE = new Set(['string_start', 'string_content', 'string_end', 'import_prefix', 'pass_statement', 'break_statement', 'continue_statement']);

/**
 * `depth type named field start-end` of each node, as the cursor has it. Cursor and tree are deleted here: a cursor that
 * is collected instead frees whatever the parser's buffer holds by then, and other files share this process.
 */
function byCursor(text: string): string[] {
  const tree = parser.parse(text)!;
  const cursor = tree.walk();
  try {
    return linesOf(cursor);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

function linesOf(cursor: TreeCursor): string[] {
  const lines: string[] = [];
  const types: string[] = [];
  let depth = 0;
  for (;;) {
    const { nodeType, nodeIsNamed, currentFieldName, startIndex, endIndex } = cursor;
    const isKept = !LEFT_OUT.has(nodeType) || KEPT.has(`${types[depth - 1]} ${nodeType}`);
    types[depth] = nodeType;
    if (isKept) lines.push(`${depth} ${nodeType} ${nodeIsNamed} ${currentFieldName ?? ''} ${startIndex}-${endIndex}`);
    if (isKept && nodeIsNamed && !OPAQUE.has(nodeType) && cursor.gotoFirstChild()) {
      depth++;
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      depth--;
      if (!cursor.gotoParent()) return lines;
    }
  }
}

function ours(text: string): string[] {
  const lines: string[] = [];
  const visit = (node: PythonNode, depth: number): void => {
    lines.push(`${depth} ${node.type} ${node.isNamed} ${node.fieldName ?? ''} ${node.startIndex}-${node.endIndex}`);
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(python.parse(text).rootNode, 0);
  return lines;
}

const files = globSync(['worker-python/**/*.py', 'templates/**/*.py', 'test/fixtures/**/*.py'], { cwd: root }).sort();

test('there are files to compare', () => expect(files.length).toBeGreaterThan(20));

test.each(files)('%s', (file) => {
  const text = readFileSync(`${root}/${file}`, 'utf8').replace(/\r(?!\n)/g, '\n').replaceAll('\0', ' ');
  expect(ours(text)).toEqual(byCursor(text));
  // Broken off: nodes of errors, and nodes that are missing.
  for (const share of [0.37, 0.71]) {
    const start = text.slice(0, Math.floor(text.length * share));
    expect(ours(start)).toEqual(byCursor(start));
  }
});

test.each([
  '', '\n', '# only\n', 'x = "äöü€😀" # é\ny = 1\n', 'print >>f, x\nexec "a"\n', 'match x:\n  case [1, *r] if r: pass\n  case {"a": b, **c}: pass\n  case P(x=1) | None: pass\n',
  'def f[T: int](a, /, b: int = 1, *, c, **d) -> "x":\n  # in\n  yield from (await g(*a, k=1))\n', 'f"{x!r:>{w}}" rb"" """a\nb"""\n', 'type A = int\n', 'class A(B, metaclass=C):\n  @d\n  async def e(self): ...\n',
  'a[:1, 2:, ::3]\nf"{a=} {b:=^5}"\n{**a, 1: 2}\nlambda a=1, *b: a\n', 'x = [a for b in c if d for e in f]\nwith (a as b, c): pass\n', 'def f(:\n', 'x = (1\n', 'import\n', 'if a:\n\tb\n  c\n', `x = ${'('.repeat(3000)}1${')'.repeat(3000)}\n`, `x = ${'1 + '.repeat(3000)}1\n`,
])('%j', (text) => expect(ours(text)).toEqual(byCursor(text)));
