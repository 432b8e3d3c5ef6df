/** What is checked of the plain text: whether Python reads the same as everybody else. */
import type { Tree } from '../../python/index.js';
import { unreadable } from '../../unreadable.js';
import { syntax } from '../sec/SEC-SYNTAX.js';
import type { Found } from './describe.js';

// As PEP 263 has it, for one line.
const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK = /^[ \t\f]*(?:#.*)?$/;
const UTF_8 = /^(?:utf[-_]?8(?:[-_](?:sig|unix|dos|mac))?|u8|utf|cp65001)$/i;

export function checkSource(text: string, tree: Tree): Found[] {
  return [...foreignCookie(tree.text), ...nulBytes(text), ...hiddenLines(text, tree), ...mixedIndentation(tree)];
}

/** A coding cookie counts in the first line, and in the second after a line without code. */
function foreignCookie(text: string): Found[] {
  const [first = '', second = ''] = text.split('\n', 2).map((line) => line.replace(/^\uFEFF|\r$/g, ''));
  const line = COOKIE.test(first) ? 1 : BLANK.test(first) && COOKIE.test(second) ? 2 : 0;
  const encoding = COOKIE.exec(line === 1 ? first : second)?.[1];
  if (line === 0 || encoding === undefined || UTF_8.test(encoding)) return [];
  const start = line === 1 ? 0 : text.indexOf('\n') + 1;
  return [{
    rule: unreadable,
    report: {
      at: { start, end: start + (line === 1 ? first : second).length },
      message: `The file says that its encoding is "${encoding}".`,
      why: 'Python would read other text than the one scanned here; a comment can turn into code.',
      next: 'Save the file as UTF-8 and remove the comment.',
    },
  }];
}

function nulBytes(text: string): Found[] {
  const start = text.indexOf('\0');
  if (start < 0) return [];
  const why = 'What the scanner cannot read may still run, so such a file is refused.';
  return [{ rule: unreadable, report: { at: null, message: 'The file contains a NUL byte.', why, next: 'Save it as UTF-8.' } }];
}

/** A lone carriage return ends a comment for Python, while most editors go on in the same line. */
function hiddenLines(text: string, tree: Tree): Found[] {
  if (!text.includes('\r') || !text.includes('\n')) return [];
  return tree.comments.filter(({ end }) => text[end] === '\r' && text[end + 1] !== '\n').map(({ start, end }) => ({
    rule: syntax.meta,
    report: {
      at: { start, end: end + 1 },
      message: 'A lone carriage return ends this comment.',
      why: 'Python runs what follows, while most editors and reviews show it as part of the comment.',
      next: 'End lines with a line feed only.',
    },
  }));
}

/** Python counts a tab up to the next multiple of eight columns; a tab after spaces may be shown as anything. */
function mixedIndentation({ text, rootNode }: Tree): Found[] {
  if (!text.includes(' \t') || !/^ +\t/m.test(text)) return [];
  const found: Found[] = [];
  const open = [rootNode];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of node.children) open.push(child);
    if (node.parent?.type !== 'block' && node.parent?.type !== 'module') continue;
    const start = text.lastIndexOf('\n', node.startIndex - 1) + 1;
    if (!/^ +\t\s*$/.test(text.slice(start, node.startIndex))) continue;
    found.push({
      rule: syntax.meta,
      report: {
        at: { start, end: node.startIndex },
        message: 'The indentation has a tab after spaces.',
        why: 'How deep such a line is nested depends on who reads it.',
        next: 'Indent with spaces only.',
      },
    });
  }
  return found;
}
