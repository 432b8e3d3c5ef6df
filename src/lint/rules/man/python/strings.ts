/** Python string literals: prefixes, escapes, implicit concatenation, and f-strings of known names. */
import type { PythonNode } from '../../../python/index.js';

/** More text than a manifest needs; f-strings of f-strings double. */
const maxLength = 10_000;

/**
 * The text of a `string` or `concatenated_string`, or undefined when it is no text or not known.
 * @param valueOf the text or whole number that an expression in an f-string stands for
 */
export function readString(node: PythonNode, valueOf: (node: PythonNode) => string | undefined): string | undefined {
  const parts = node.type === 'concatenated_string' ? node.namedChildren : [node];
  let text = '';
  for (const part of parts) {
    const read = readPart(part, valueOf);
    if (read === undefined || text.length > maxLength) return undefined;
    text += read;
  }
  return text;
}

function readPart(node: PythonNode, valueOf: (node: PythonNode) => string | undefined): string | undefined {
  const prefix = /^[a-z]*/.exec(node.children[0]?.text.toLowerCase() ?? '')?.[0] ?? '';
  if (/[bt]/.test(prefix)) return undefined;
  let text = '';
  for (const child of node.namedChildren) {
    const piece = child.type === 'string_content' ? readContent(child.text, prefix) : child.type === 'interpolation' ? readInterpolation(child, valueOf) : '';
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

function readInterpolation(node: PythonNode, valueOf: (node: PythonNode) => string | undefined): string | undefined {
  const [only, ...others] = node.children.filter((child) => !['{', '}'].includes(child.type));
  return only === undefined || others.length > 0 ? undefined : valueOf(only);
}

function readContent(written: string, prefix: string): string | undefined {
  const text = prefix.includes('f') ? written.replaceAll('{{', '{').replaceAll('}}', '}') : written;
  if (prefix.includes('r')) return text;
  // Names of characters would need Unicode's own list.
  return text.includes('\\N{') ? undefined : text.replace(escape, decode);
}

const escape = /\\(\n|[abfnrtv\\'"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3})/g;
const letters: Readonly<Record<string, string>> = {
  '\n': '', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"',
};

function decode(whole: string, code: string): string {
  const letter = letters[code];
  if (letter !== undefined) return letter;
  const point = /^[0-7]/.test(code) ? parseInt(code, 8) : parseInt(code.slice(1), 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
}
