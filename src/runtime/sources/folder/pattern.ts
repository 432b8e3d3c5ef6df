/**
 * Patterns of paths, as shells have them: `*` and `?` within a name, `**` over any number of folders, `[a-z]`,
 * `[!a-z]` and `{jpg,png}`. A name that begins with a dot is matched only where the pattern says the dot.
 */

export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

export interface Pattern {
  /** The folder that the search begins in: what stands before the first name with a special character. */
  base: string;
  /** Whether a path below the base, with `/` between its names, is meant. */
  matches(path: string): boolean;
  /** Whether names that begin with a dot may be meant. */
  hidden: boolean;
}

export function parsePattern(pattern: string): Pattern {
  const names = pattern.split('/');
  const first = names.findIndex(isPattern);
  const rest = names.slice(first);
  const expression = new RegExp(`^${rest.map(expressionOf).join('/').replaceAll('<any>/', '(?:(?!\\.)[^/]+/)*').replaceAll('/<any>', '/(?!\\.)[^/]*(?:/(?!\\.)[^/]+)*').replaceAll('<any>', '(?!\\.)[^/]*(?:/(?!\\.)[^/]+)*')}$`, 'su');
  return {
    base: names.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'),
    matches: (path) => expression.test(path),
    hidden: rest.some((name) => name.startsWith('.')),
  };
}

/** One name of a pattern as a regular expression; `**` is left for its neighbours. */
function expressionOf(name: string): string {
  if (name === '**') return '<any>';
  const dot = /^[*?[]/.test(name) ? '(?!\\.)' : '';
  let out = '';
  let braces = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name[at] as string;
    const close = char === '[' ? name.indexOf(']', at + 2) : -1;
    if (char === '*') out += '[^/]*';
    else if (char === '?') out += '[^/]';
    else if (close > 0) {
      const set = name.slice(at + 1, close);
      out += `[${set.startsWith('!') || set.startsWith('^') ? `^/${escapeSet(set.slice(1))}` : escapeSet(set)}]`;
      at = close;
    } else if (char === '{' && name.indexOf('}', at) > 0) {
      out += '(?:';
      braces++;
    } else if (char === '}' && braces > 0) {
      out += ')';
      braces--;
    } else if (char === ',' && braces > 0) out += '|';
    else out += /[\\^$.|?*+()[\]{}/]/.test(char) ? `\\${char}` : char;
  }
  return dot + out;
}

function escapeSet(set: string): string {
  return set.replace(/[\\\]^[]/g, '\\$&');
}
