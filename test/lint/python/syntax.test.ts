/** Programs that the grammar takes and Python refuses, each beside what Python takes. */
import { describe, expect, test } from 'vitest';
import { loadPython } from '../../../src/lint/python/index.js';
import { findings } from './helper.js';

const python = await loadPython();
const error = (text: string) => {
  const { firstError, errorReason } = python.parse(text);
  return firstError === null ? null : `${text.slice(0, firstError).split('\n').length}: ${errorReason}`;
};

describe.each<[name: string, refused: [text: string, expected: string][], taken: string[]]>([
  ['places', [
    ['return 1\n', '1: `return` stands outside a function'],
    ['class A:\n    return\n', '2: `return` stands outside a function'],
    ['x = [(yield) for y in z]\n', '1: `yield` stands outside a function'],
    ['def f():\n    return [(yield y) for y in z]\n', '2: `yield` stands outside a function'],
    ['def f(x=(yield)): pass\n', '1: `yield` stands outside a function'],
    ['def f():\n    await g()\n', '2: `await` stands outside an asynchronous function'],
    ['async def f():\n    return lambda: await g()\n', '2: `await` stands outside an asynchronous function'],
    ['def f():\n    return [await g(x) for x in y]\n', '2: `await` stands outside an asynchronous function'],
    ['def f():\n    async with a: pass\n', '2: `async` stands outside an asynchronous function'],
    ['def f():\n    return {x async for x in y}\n', '2: `async` stands outside an asynchronous function'],
    ['if x:\n    break\n', '2: it stands outside a loop'],
    ['for x in y:\n    def f():\n        continue\n', '3: it stands outside a loop'],
    ['while x: pass\nelse: break\n', '2: it stands outside a loop'],
    ['def f():\n    from a import *\n', '2: `import *` stands inside a function or class'],
    ['import a\nfrom __future__ import annotations\n', '2: an import from `__future__` comes first in a file'],
    ['def f():\n    if m is None:\n        global m\n        m = 1\n', '3: `m` is used before it is declared `global`'],
    ['def f(m):\n    nonlocal m\n', '2: `m` is used before it is declared `nonlocal`'],
    ['nonlocal m\n', '1: `nonlocal` stands outside a function'],
  ], [
    'def f():\n    return (yield)\n', 'x = lambda: (yield)\n', 'def f():\n    return [x for x in (yield)]\n', 'async def f():\n    return [await g(x) async for x in y if await x]\n',
    'def f():\n    return (await g(x) async for x in y)\n', 'async def f():\n    async with a, b as c:\n        async for x in c: await x\n',
    'for x in y:\n    if x: continue\n    while z: pass\n    else: break\n', '"""a"""\n# b\nfrom __future__ import annotations\nfrom __future__ import division\nimport a\n',
    'def f(n):\n    import m as k\n    n.m = g(m=1)\n    h = lambda m: m\n    global m, k\n    m = 1\n', 'def f():\n    m = 1\n    def g():\n        nonlocal m\n        m += 1\n',
  ]],
  ['arguments and parameters', [
    ['f(a=1, b)\n', '1: an argument by position follows one by name'],
    ['f(**a, *b)\n', '1: an argument by position follows one by name'],
    ['f(a=1, b=2, a=3)\n', '1: the argument `a` is given twice'],
    ['class A(metaclass=B, C): pass\n', '1: an argument by position follows one by name'],
    ['f(a for a in b, c)\n', '1: a generator expression beside other arguments needs parentheses'],
    ['def f(a=1, b): pass\n', '1: a parameter without a default follows one with a default'],
    ['def f(a, b, a): pass\n', '1: the parameter `a` is there twice'],
    ['def f(**a, b): pass\n', '1: nothing follows `**`'],
    ['def f(*, **a): pass\n', '1: a name follows `*`'],
    ['def f(*): pass\n', '1: a name follows `*`'],
    ['def f(*a, *b): pass\n', '1: `*` is there twice'],
    ['def f(*, a, /): pass\n', '1: `/` is in the wrong place'],
    ['def f((a, b)): pass\n', '1: a parameter is a name'],
    ['x = lambda a, a: 1\n', '1: the parameter `a` is there twice'],
  ], [
    'f(a, *b, c=1, *d, e=2, **g, h=3, **i)\n', 'f(a := 1, (x for x in y))\n', 'f(x for x in y)\n', 'class A(B, metaclass=C, **d): pass\n',
    'def f(a, b=1, /, c=2, *, d, e=3, g, **h): pass\n', 'def f(a, /, *b: int, c, d: int = 1, **e: str,): pass\n', 'x = lambda a, /, b=1, *c, d, **e: 1\n', 'def f(a, b=1, *c, d): pass\n',
  ]],
  ['statements', [
    ['try: pass\n', '1: `try` has neither `except` nor `finally`'],
    ['try: pass\nexcept: pass\nexcept A: pass\n', '1: a bare `except` comes last'],
    ['match x:\n    case RED: pass\n    case BLUE: pass\n', '1: a name alone matches everything, so no case may follow it'],
    ['raise A, "b"\n', '1: `raise` takes one exception'],
    ['if a <> b: pass\n', '1: there is no such comparison'],
    ['if a not b: pass\n', '1: there is no such comparison'],
    ['x := 1\n', '1: `:=` needs parentheses here'],
    ['del f(x)\n', '1: only names, members and items can be deleted'],
  ], [
    'try: pass\nfinally: pass\n', 'try: pass\nexcept A: pass\nexcept: pass\nelse: pass\n', 'try: pass\nexcept* A as e: pass\n',
    'match x:\n    case RED if y: pass\n    case a.RED | None: pass\n    case True: pass\n    case -1 | "a": pass\n    case (1, y): pass\n    case _: pass\n',
    'raise A("b") from c\n', 'if a is not b and a not in c: pass\n', '(x := 1)\nif y := 2: pass\n', 'del a, b.c, d[0], (e, [g])\n',
  ]],
  ['literals', [
    ['x = 0777\n', '1: it is no number'],
    ['x = 10L\n', '1: it is no number'],
    ['x = ur"a"\n', '1: there is no such kind of text'],
    ['x = `y`\n', '1: there is no such kind of text'],
    ['x = "a" b"b"\n', '1: bytes and text cannot be joined'],
    ['x = b"é"\n', '1: bytes are written in ASCII'],
    ['x = "C:\\Users\\me"\n', '1: an escape such as `\\x`, `\\u` or `\\N` is not complete; a path with backslashes is written r"..."'],
    ['x = b"\\x1"\n', '1: an escape such as `\\x`, `\\u` or `\\N` is not complete; a path with backslashes is written r"..."'],
  ], [
    'x = 0, 00, 0_0, 1_000, 0xFF_ff, 0o17, 0b1_0, 01j, 10J, 1_0.5e-3\n', 'x = rb"a", bR"a", f"a", Rf"{a}", u"a", b"a" rb"b", "a" f"b"\n',
    'x = "C:\\\\Users", r"C:\\Users\\x", "\\x41\\u0041\\U00000041\\N{BULLET}\\z\\777", b"\\u\\N", f"\\N{BULLET}{a}"\n', 'x = "é"\n',
  ]],
  ['lines', [
    ['x = a +\n  b\n', '2: null'],
    ['if a\n   and b:\n    pass\n', '2: null'],
    ['def f():\n    return a and\n        b\n', '3: null'],
    ['assert a,\n    "b"\n', '2: null'],
    ['with a as b,\n     c as d:\n    pass\n', '2: null'],
    ['def f()\n    : pass\n', '2: null'],
    ['x = foo.\n   bar()\n', '2: null'],
    ['# a \\\nx =\n  1\n', '3: null'],
    ['x = 1 y = 2\n', '1: null'],
    ['import a import b\n', '1: null'],
    ['import a[0]\n', '1: null'],
    ['if a:\n    pass\n  else:\n    pass\n', '3: null'],
    ['try:\n    pass\nexcept A:\n    pass\n\n else:\n    pass\n', '6: null'],
  ], [
    'x = a + \\\n  b\n', 'if a \\\r\n   and b:\r\n    pass\r\n', 'x = "a" \\\n    "b"\n', 'assert a, \\\n    "b"\n', 'x = (a\n + b)\n', 'f(\n\n  a, # b\n  c)\n', 'x = f"""{\n  a\n}"""\n', 'x = """a\n""" + b\n',
    'if a: b; c;\nd; e\n', 'x = 1; \\\ny = 2\n', 'x = 1 \\\n\ny = 2 \\\n ; z\n', 'if a:\n    b\n    \\\n c\n    d\n', 'if a: # b\n    # c\n    pass # d\n# e\nelif b: pass\n\n# f\nelse: pass\n', '@a\n\n# b\n@c(\n)\n\ndef f(): pass\n', 'class A:\n  @a\n  async def f(self): pass\n',
    'try:\n  pass\nexcept A:\n  pass\n\nfinally:\n  pass\n', 'match a:\n  case 1:\n    pass\n  # b\n  case 2: pass\n', 'for x in y: pass\nelse: pass\n',
    'match [a]:\n    case [b]:\n        b\n', 'def f():\n    match [1, 2]: # c\n        case [a, *_]:\n            a\n', 'x = [\n1,\n  2 if a\n  else b]\n', 'def f(\n  a,\n): pass\n',
  ]],
])('%s', (_name, refused, taken) => {
  test.each(refused)('%j is refused', (text, expected) => expect(error(text)).toBe(expected));
  test.each(taken)('%j is Python', (text) => expect(error(text)).toBe(null));
});

test('the message says what is wrong', () => {
  expect(findings('def f():\n    await g()\n')[0]?.message).toBe('The file has a syntax error, line 2: `await` stands outside an asynchronous function.');
});

test.each([
  ['waiting', `async def f():\n  x = ${'(await g('.repeat(20_000)}1${'))'.repeat(20_000)}\n`],
  ['declaring', `def f():\n${'  global a; a = 1\n'.repeat(20_000)}`],
  ['in one line', `${'a = 1; '.repeat(60_000)}\n`],
  ['escaping', `x = "${'\\x41'.repeat(200_000)}"\n`],
])('much %s takes no time', (_what, text) => void error(text), 5_000);
