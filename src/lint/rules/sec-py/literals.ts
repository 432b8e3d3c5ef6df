/** String and number literals of Python as values. */
import type { PythonNode } from '../../python/index.js';
import { constant, UNKNOWN, textOf, single, type Value } from './values.js';

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([^}]*)\}|\r?(\n)|([\\'"abfnrtv]))/g;

/** `read` gives the value of an expression inside an f-string. */
export function readString(node: PythonNode, read: (inner: PythonNode) => Value[]): Value[] {
  const start = node.children[0]?.text.toLowerCase() ?? '';
  const isFormatted = start.includes('f') || start.includes('t');
  let text = '';
  for (const part of node.children) {
    if (part.type === 'string_content') {
      const raw = isFormatted ? part.text.replaceAll('{{', '{').replaceAll('}}', '}') : part.text;
      const decoded = start.includes('r') ? raw : unescape(raw, start.includes('b'));
      if (decoded === undefined) return UNKNOWN;
      text += decoded;
    } else if (part.type === 'interpolation') {
      const value = plainInterpolation(part, read);
      if (value === undefined) return UNKNOWN;
      text += value;
    }
  }
  return start.includes('b') ? [{ kind: 'bytes', bytes: Buffer.from(text, 'latin1') }] : constant(text);
}

function plainInterpolation(node: PythonNode, read: (inner: PythonNode) => Value[]): string | undefined {
  const inner = node.childForFieldName('expression');
  const conversion = node.childForFieldName('type_conversion')?.text;
  if (!inner || node.childForFieldName('format_specifier') || (conversion !== undefined && conversion !== '!s')) return undefined;
  const value = single(read(inner));
  if (value?.kind !== 'constant') return undefined;
  return textOf(value) ?? (typeof value.value === 'number' ? String(value.value) : undefined);
}

/** Undefined where a named character is none of the plain letters and digits. */
function unescape(text: string, isBytes: boolean): string | undefined {
  let isKnown = true;
  const result = text.replace(ESCAPE, (all, x, u, U, octal, name, newline, simple) => {
    if (x) return String.fromCharCode(parseInt(x, 16));
    if (octal) return String.fromCharCode(parseInt(octal, 8));
    if (newline) return '';
    if (simple) return SIMPLE[simple] as string;
    if (isBytes) return all as string;
    const point = parseInt(u ?? U ?? '', 16);
    const letter = name === undefined ? (point <= 0x10ffff ? String.fromCodePoint(point) : undefined) : namedCharacter(name);
    isKnown &&= letter !== undefined;
    return letter ?? '';
  });
  return isKnown ? result : undefined;
}

function namedCharacter(name: string): string | undefined {
  const upper = name.toUpperCase();
  const [, size, letter] = /^LATIN (SMALL|CAPITAL) LETTER ([A-Z])$/.exec(upper) ?? [];
  if (letter) return size === 'SMALL' ? letter.toLowerCase() : letter;
  return { 'LOW LINE': '_', 'FULL STOP': '.', UNDERSCORE: '_', COLON: ':' }[upper];
}

export function readNumber(text: string): Value[] {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? constant(value) : UNKNOWN;
}
