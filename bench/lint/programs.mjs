/** Programs made up by chance: valid, damaged and monstrous ones, in both languages. The same seed gives the same programs. */

/** @param {number} seed @returns {(below: number) => number} */
function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const words = ['batch', 'rows', 'row', 'model', 'process', 'data', 'self', 'x', 'features', 'fetch', 'encode', 'tokenizer', 'out', 'items', 'naïve', 'ｂatch'];

/** A grammar of a language: how deep is how often it may still nest. */
const grammars = {
  ts: {
    expression: (c, deep) => c.pick(deep <= 0 ? [() => c.word(), () => `(${c.next(1000)})`, () => `'${c.word()}'`] : [
      () => `${c.expr(deep - 1)}.${c.word()}(${c.expr(deep - 1)})`, () => `[${c.expr(deep - 1)}, ...${c.expr(deep - 1)}]`, () => `await ${c.word()}.${c.word()}(${c.expr(deep - 1)})`,
      () => `(${c.expr(deep - 1)} ?? ${c.expr(deep - 1)})`, () => `\`\${${c.expr(deep - 1)}}\``, () => `${c.word()}.map(async (${c.word()}) => ${c.expr(deep - 1)})`,
      () => `({ ${c.word()}: ${c.expr(deep - 1)}, [${c.expr(deep - 1)}]: 1 })`, () => `new ${c.word()}(${c.expr(deep - 1)})`, () => `eval(${c.expr(deep - 1)})`, () => `globalThis[${c.expr(deep - 1)}]`,
    ]),
    statement: (c, deep, pad) => c.pick([
      () => `${pad}const ${c.fresh()} = ${c.expr(3)};\n`, () => `${pad}${c.word()}.${c.word()} = ${c.expr(2)};\n`, () => `${pad}if (${c.expr(2)}) {\n${c.body(deep - 1)}${pad}}\n`,
      () => `${pad}for (const ${c.fresh()} of ${c.expr(2)}) {\n${c.body(deep - 1)}${pad}}\n`, () => `${pad}while (${c.expr(1)}) {\n${c.body(deep - 1)}${pad}}\n`,
      () => `${pad}try {\n${c.body(deep - 1)}${pad}} catch {\n${pad}}\n`, () => `${pad}async function ${c.fresh()}(${c.word()}: any) {\n${c.body(deep - 1)}${pad}}\n`,
    ]),
    start: (c) => `import { ${c.word()} as i${c.next(1000)} } from 'node:${c.word()}';\nexport class P { async process(batch: any) {\n`,
    end: '}}\n',
    nest: (depth) => `export const a = ${'['.repeat(depth)}${']'.repeat(depth)};\n`,
    line: (length) => `export const a = [${'1,'.repeat(length / 2)}];\n`,
    sum: (terms) => `export const a = ${Array(terms).fill('b').join(' + ')};\n`,
  },
  py: {
    expression: (c, deep) => c.pick(deep <= 0 ? [() => c.word(), () => String(c.next(1000)), () => `"${c.word()}"`] : [
      () => `${c.word()}.${c.word()}(${c.expr(deep - 1)})`, () => `[${c.expr(deep - 1)} for ${c.word()} in ${c.expr(deep - 1)}]`, () => `{${c.expr(deep - 1)}: ${c.expr(deep - 1)}}`,
      () => `(${c.expr(deep - 1)} if ${c.expr(deep - 1)} else None)`, () => `f"{${c.word()}}"`, () => `(lambda ${c.word()}: ${c.expr(deep - 1)})`, () => `batch[${c.expr(deep - 1)}]`, () => `eval(${c.expr(deep - 1)})`,
      () => `getattr(${c.word()}, ${c.expr(deep - 1)})`, () => `(${c.expr(deep - 1)} + ${c.expr(deep - 1)})`,
    ]),
    statement: (c, deep, pad) => c.pick([
      () => `${pad}${c.word()} = ${c.expr(3)}\n`, () => `${pad}${c.word()}["${c.word()}"] = ${c.expr(2)}\n`, () => `${pad}if ${c.expr(2)}:\n${c.body(deep - 1)}`, () => `${pad}for ${c.word()} in ${c.expr(2)}:\n${c.body(deep - 1)}`,
      () => `${pad}while ${c.expr(1)}:\n${c.body(deep - 1)}`, () => `${pad}try:\n${c.body(deep - 1)}${pad}except Exception:\n${pad}    pass\n`, () => `${pad}def ${c.fresh()}(${c.word()}):\n${c.body(deep - 1)}`, () => `${pad}with ${c.expr(1)} as ${c.word()}:\n${c.body(deep - 1)}`,
    ]),
    start: (c) => `import ${c.pick([() => 'os', () => 'numpy', () => 'subprocess'])} as ${c.word()}\nclass P:\n  def __call__(self, batch):\n`,
    end: '',
    nest: (depth) => `a = ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
    line: (length) => `a = [${'1,'.repeat(length / 2)}]\n`,
    sum: (terms) => `a = ${Array(terms).fill('b').join(' + ')}\n`,
  },
};

function valid(language, next, statements) {
  const grammar = grammars[language];
  let names = 0;
  let level = 1;
  const c = {
    next,
    pick: (ways) => ways[next(ways.length)](),
    word: () => words[next(words.length)],
    fresh: () => `v${(names += 1)}`,
    expr: (deep) => grammar.expression(c, deep),
    body(deep) {
      level += 1;
      const made = Array.from({ length: 1 + next(3) }, () => (deep <= 0 ? null : grammar.statement(c, deep, '    '.repeat(level))));
      const text = made.every((one) => one === null) ? `${'    '.repeat(level)}${c.word()}.${c.word()}()\n` : made.join('');
      level -= 1;
      return text;
    },
  };
  return grammar.start(c) + Array.from({ length: statements }, () => grammar.statement(c, 4, '    ')).join('') + grammar.end;
}

/** What becomes of a valid program. */
const kinds = {
  valid: (text) => Buffer.from(text),
  truncated: (text, next) => Buffer.from(text.slice(0, 1 + next(text.length))),
  shuffled: (text, next) => Buffer.from(text.split('\n').sort(() => next(3) - 1).join('\n')),
  nul: (text, next) => Buffer.from(`${text.slice(0, next(text.length))}\0${text}`),
  noise: (text, next) => Buffer.from(text).map((byte) => (next(40) === 0 ? next(256) : byte)),
  latin1: (text) => Buffer.from(`${text}# £ñ`, 'latin1'),
  utf16: (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  bom: (text) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`),
};
const monsters = {
  nested: (grammar, size) => grammar.nest([1_000, 10_000, 100_000][size]),
  line: (grammar, size) => grammar.line([10_000, 200_000, 900_000][size]),
  sum: (grammar, size) => grammar.sum([1_000, 12_000, 60_000][size]),
};

/** Of these lint has to say that they cannot be scanned. */
export const unscannable = new Set(['nul', 'latin1', 'utf16']);

/**
 * @param {number} count
 * @param {number} seed
 * @param {number} [sizes] of monsters, up to 3
 * @returns {{ name: string, kind: string, bytes: Uint8Array }[]} one in eight is a monster
 */
export function programs(count, seed, sizes = 3) {
  return Array.from({ length: count }, (_, i) => {
    const next = numbers(seed + i * 7919);
    next(2);
    const language = i % 2 === 0 ? 'ts' : 'py';
    const pool = i % 16 >= 14 ? monsters : kinds;
    const names = Object.keys(pool);
    const kind = names[(Math.floor(i / 2) + Math.floor(i / 16)) % names.length];
    const bytes = pool === monsters ? Buffer.from(monsters[kind](grammars[language], next(sizes))) : kinds[kind](valid(language, next, 1 + next(12)), next);
    return { name: `p${String(i).padStart(4, '0')}_${kind}.${language}`, kind, bytes };
  });
}
