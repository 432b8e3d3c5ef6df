import { expect, test } from 'vitest';
import { fileKindFindings, isCode, packageFindings, specialFileFinding } from '../../src/lint/files.js';

const text = Buffer.from('some text\n');

test.each([
  ['a text', 'notes.md', text],
  ['a model', 'models/m.onnx', Buffer.from([0x08, 0x07, 0x12])],
  ['an empty file', 'empty.jsonl', Buffer.alloc(0)],
  ['a text that begins with MZ', 'mz.txt', Buffer.from('MZ is a signature')],
  ['WebAssembly', 'a.wasm', Buffer.from([0x00, 0x61, 0x73, 0x6d])],
  ['a picture', 'a.png', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
])('passes %s', (_, path, head) => {
  expect(fileKindFindings(path, head)).toEqual([]);
});

test.each([
  ['a Node add-on', 'build/a.node', text, 'SEC-FILE'],
  ['a versioned library', 'liba.so.1.2', text, 'SEC-FILE'],
  ['a library in capitals', 'A.DLL', text, 'SEC-FILE'],
  ['Python bytecode', 'a.pyc', text, 'SEC-FILE'],
  ['a .pth file', 'a.pth', text, 'SEC-FILE'],
  ['ELF under another name', 'data.bin', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]), 'SEC-FILE'],
  ['ELF named as code', 'a.ts', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]), 'SEC-FILE'],
  ['Mach-O', 'a', Buffer.from([0xcf, 0xfa, 0xed, 0xfe]), 'SEC-FILE'],
  ['what compiles at installation', 'native/binding.gyp', text, 'SEC-FILE'],
  ['a Windows program', 'a.dat', Buffer.from([0x4d, 0x5a, 0x90, 0x00]), 'SEC-FILE'],
])('refuses %s', (_, path, head, rule) => {
  expect(fileKindFindings(path, head).map((finding) => [finding.rule, finding.line])).toEqual([[rule, null]]);
});

test('knows code by its extension', () => {
  expect(['a.ts', 'a.MTS', 'a.d.ts', 'a.cjs', 'a.jsx', 'a.py'].map(isCode)).not.toContain(false);
  expect(['a.json', 'ts', 'a.ts.txt', '.ts/a'].map(isCode)).not.toContain(true);
});

test('refuses links', () => {
  expect(specialFileFinding('a.ts', 'a symbolic link')).toMatchObject({ rule: 'SEC-FILE', file: 'a.ts', severity: 'error' });
});

test.each([
  ['nothing special', '{"name": "a", "scripts": {"test": "x", "build": "y"}}', []],
  ['names for its own files', '{"imports": {"#a": "./src/a.js", "#b": {"node": "./b.js"}}}', []],
  ['a name for a package', '{"imports": {"#z": "zod"}}', []],
  ['no object', '[]', []],
  ['an install script', '{"scripts": {"postinstall": "x"}}', ['SEC-PACKAGE']],
  ['two install scripts', '{"scripts": {"preinstall": "x", "prepare": "y"}}', ['SEC-PACKAGE', 'SEC-PACKAGE']],
  ['scripts that npm runs when it publishes', '{"scripts": {"prepublishOnly": "x", "prepack": "y"}}', []],
  ['the old name of an install script', '{"scripts": {"prepublish": "x"}}', ['SEC-PACKAGE']],
  ['a name for a built-in module', '{"imports": {"#f": "node:fs"}}', ['SEC-PACKAGE']],
  ['a conditional name for a built-in module', '{"imports": {"#f": {"default": "child_process"}}}', ['SEC-PACKAGE']],
  ['a name for a part of a built-in module', '{"imports": {"#f": ["fs/promises"]}}', ['SEC-PACKAGE']],
  ['native code', '{"gypfile": true}', ['SEC-PACKAGE']],
  ['no JSON', '{', ['SEC-UNREADABLE']],
])('looks at a package.json with %s', (_, source, expected) => {
  expect(packageFindings('package.json', source).map((finding) => finding.rule)).toEqual(expected);
});
