import { byCodeUnits, formatBytes } from './size.js';

interface Node {
  name: string;
  bytes: number;
  files: number;
  parent: Node | null;
  /** Empty for files. */
  children: Node[];
}

const MAX_LINES = 35;

/**
 * Draws files as a tree with sizes, and ends with their number and total size.
 * At most `maxLines` lines: where there are more, the largest files and folders stay
 * and a line in each folder counts the rest. Pure; the result has no final newline.
 */
export function renderTree(files: readonly { path: string; bytes: number }[], maxLines = MAX_LINES): string {
  const root = build(files);
  const candidates = descendants(root).sort((a, b) => b.bytes - a.bytes || byCodeUnits(a.name, b.name));
  const footer = `${count(root.files)}, ${formatBytes(root.bytes)}`;
  // Every line that counts a rest also costs a line, so fewer nodes are tried until all of it fits.
  for (let kept = Math.min(candidates.length, maxLines); kept > 0; kept -= 1) {
    const rows = draw(root, withParents(candidates.slice(0, kept)), '');
    if (rows.length < maxLines) return [...align(rows), footer].join('\n');
  }
  return footer;
}

function build(files: readonly { path: string; bytes: number }[]): Node {
  const root: Node = { name: '', bytes: 0, files: 0, parent: null, children: [] };
  const folders = new Map<string, Node>([['', root]]);
  for (const { path, bytes } of files) {
    const cut = path.lastIndexOf('/') + 1;
    const parent = folderNode(folders, path.slice(0, cut));
    parent.children.push({ name: path.slice(cut), bytes, files: 1, parent, children: [] });
    for (let node: Node | null = parent; node; node = node.parent) {
      node.bytes += bytes;
      node.files += 1;
    }
  }
  return root;
}

/** `path` is empty or ends in `/`. */
function folderNode(folders: Map<string, Node>, path: string): Node {
  const known = folders.get(path);
  if (known) return known;
  const cut = path.lastIndexOf('/', path.length - 2) + 1;
  const parent = folderNode(folders, path.slice(0, cut));
  const node: Node = { name: path.slice(cut), bytes: 0, files: 0, parent, children: [] };
  parent.children.push(node);
  folders.set(path, node);
  return node;
}

function descendants(node: Node): Node[] {
  return node.children.flatMap((child) => [child, ...descendants(child)]);
}

function withParents(nodes: Node[]): Set<Node> {
  const all = new Set<Node>();
  for (const start of nodes) {
    for (let node: Node | null = start; node && !all.has(node); node = node.parent) all.add(node);
  }
  return all;
}

type Row = [label: string, size: string];

function draw(folder: Node, kept: Set<Node>, indent: string): Row[] {
  const shown = folder.children.filter((child) => kept.has(child)).sort((a, b) => byCodeUnits(a.name, b.name));
  const rest = folder.children.filter((child) => !kept.has(child));
  // A folder of which nothing is shown is one line with its own size: no rest line below it.
  if (shown.length === 0) return [];
  const rows: Row[] = [];
  shown.forEach((child, index) => {
    const last = index === shown.length - 1 && rest.length === 0;
    rows.push([`${indent}${last ? '└─ ' : '├─ '}${child.name}`, formatBytes(child.bytes)]);
    rows.push(...draw(child, kept, `${indent}${last ? '   ' : '│  '}`));
  });
  if (rest.length > 0) {
    const files = rest.reduce((sum, child) => sum + child.files, 0);
    rows.push([`${indent}└─ … ${count(files)} more`, formatBytes(rest.reduce((sum, child) => sum + child.bytes, 0))]);
  }
  return rows;
}

function align(rows: Row[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const sizes = Math.max(...rows.map(([, size]) => size.length));
  return rows.map(([label, size]) => `${label.padEnd(width)}${size.padStart(sizes)}`);
}

function count(files: number): string {
  return files === 1 ? '1 file' : `${files.toLocaleString('en')} files`;
}
