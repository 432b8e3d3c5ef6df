import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { places, scan } from '../sec-helper.js';

const CJS = 'plugin/core.cts';

describe('SEC-IMPORT reports', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['a named import', 'import { exec } from "child_process";'],
    ['a default import', 'import cp from "node:child_process";'],
    ['a namespace import', 'import * as fs from "node:fs";'],
    ['an import for its effects', 'import "fs";'],
    ['an import of nothing', 'import {} from "fs";'],
    ['a default import beside types', 'import fs, { type Stats } from "fs";'],
    ['one value among types', 'import { type Stats, statSync } from "fs";'],
    ['a renamed import', 'import { exec as shout } from "child_process";'],
    ['a string-named import', 'import { "exec" as run } from "child_process";'],
    ['a re-export', 'export { readFile } from "fs/promises";'],
    ['a re-export of everything', 'export * from "net";'],
    ['a re-export as a namespace', 'export * as tls from "tls";'],
    ['an escaped specifier', 'import x from "\\u0066s";'],
    ['a URL in other case', 'import x from "NODE:fs";'],
    ['a URL with a tab in it', 'import x from "no\\tde:fs";'],
    ['a sub-path', 'import x from "dns/promises";'],
    ['an unknown node: module', 'import x from "node:tomorrow";'],
    ['import = require', 'import cp = require("child_process");', CJS],
    ['export import = require', 'export import cp = require("child_process");', CJS],
    ['a data: URL', 'import x from "data:text/javascript,export default 1";'],
    ['an http URL', 'import x from "https://example.org/x.js";'],
    ['a file: URL', 'import x from "file:///tmp/x.js";'],
    ['an absolute path', 'import x from "/tmp/x.js";'],
    ['a native add-on', 'import x from "./build/x.node";'],
    ['node:test outside tests', 'import test from "node:test";'],
    ['a dynamic import', 'await import("fs");'],
    ['a dynamic import in a template', 'await import(`child_${"process"}`);'],
    ['a dynamic import of a sum', 'await import("child_" + "process");'],
    ['a dynamic import of a constant', 'const name = "fs"; await import(name);'],
    ['a dynamic import of a joined list', 'await import(["child", "process"].join("_"));'],
    ['a dynamic import of base64', 'await import(atob("ZnM="));'],
    ['a dynamic import of a Buffer', 'await import(Buffer.from("6673", "hex").toString());'],
    ['a dynamic import of reversed text', 'await import([..."sf"].reverse().join(""));'],
    ['a dynamic import of one branch', 'await import(Math.random() > 2 ? "zod" : "fs");'],
    ['a dynamic import from a table', 'const t = { a: "zod", b: "fs" }; await import(t.b);'],
    ['a dynamic import of a parameter', 'export const load = (name: string) => import(name);'],
    ['a dynamic import with a hole', 'export const load = (name: string) => import(`./x/${name}.js`);'],
    ['a dynamic import of a blob', 'await import(URL.createObjectURL(new Blob(["1"])));'],
    ['a dynamic import of a data: URL', 'await import("data:text/javascript," + "1");'],
    ['a dynamic import of a cast', 'await import("fs" as string);'],
    ['a dynamic import of replaced text', 'await import("f-s".replace("-", ""));'],
    ['a #name without package.json', 'import x from "#nowhere";'],
    ['require', 'const cp = require("child_process");', CJS],
    ['require of a template', 'require(`fs`);', CJS],
    ['require with an escape', 'require("child\\x5fprocess");', CJS],
    ['require taken apart', 'const { exec } = require("child_process");', CJS],
    ['require called optionally', 'require?.("fs");', CJS],
    ['require in a comma', '(0, require)("fs");', CJS],
    ['require cast', '(require as any)("fs");', CJS],
    ['require of a parameter', 'export const load = (name: string) => require(name);', CJS],
    ['require handed on', 'const load = require;', CJS],
    ['require in a list', '[require][0]!("fs");', CJS],
    ['require.call', 'require.call(null, "fs");', CJS],
    ['require.apply', 'require.apply(null, ["fs"]);', CJS],
    ['require by a computed member', 'require["ma" + "in"];', CJS],
    ['Reflect.apply of require', 'Reflect.apply(require, null, ["fs"]);', CJS],
    ['require.main.require', 'require.main!.require("fs");', CJS],
    ['require.cache', 'delete require.cache["x"];', CJS],
    ['require.extensions', 'require.extensions[".txt"];', CJS],
    ['a member of require chosen at run time', 'export const f = (k: string) => (require as any)[k];', CJS],
    ['module.require', 'module.require("fs");', CJS],
    ['module.require by alias', 'const m = module; m.require("fs");', CJS],
    ['module.require taken apart', 'const { require: load } = module;', CJS],
    ['an item of a filtered list', 'require(["zod", "fs"].filter((x) => x > "z")[0]!);', CJS],
    ['a name from one of two branches', 'const name = (x: any) => { if (x) { return "fs"; } return "zod"; }; require(name(1));', CJS],
    ['module.parent', 'module.parent!.require("fs");', CJS],
    ['module.children', 'module.children[0];', CJS],
    ['the arguments of a file', 'const load = arguments[1]; load("fs");', 'plugin/core.cjs'],
    ['the arguments of a file, in an arrow', 'const load = () => arguments[1];', 'plugin/core.cjs'],
    ['require of a file of unknown kind', 'require("./notes.txt");', CJS],
    ['require of an add-on', 'require("./x.node");', CJS],
    ['require although declared', 'declare function require(name: string): any; require("fs");'],
    ['createRequire', 'import { createRequire } from "node:module";'],
    ['a global Worker', 'new Worker("./w.js");'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual(['SEC-IMPORT:1']);
  });

  test('the line of the statement, not of a later use', () => {
    expect(places('// note\nimport cp from "child_process";\ncp.execSync("ls");')).toEqual(['SEC-IMPORT:2']);
  });

  test.each(['vm', 'worker_threads', 'cluster', 'dgram', 'inspector', 'repl', 'v8', 'node:wasi', 'node:sqlite', 'http2', '_tls_wrap', 'tty', 'trace_events', 'domain', 'node:sea'])(
    'built-in module %s', (name) => expect(places(`import x from "${name}";`)).toEqual(['SEC-IMPORT:1']));

  test.each([
    ['import x from "data:text/javascript,1";', 'loaded from a `data:` URL'],
    ['import x from "/tmp/x.js";', 'an absolute path'],
    ['import x from "./x.node";', 'not a JavaScript'],
    ['import x from "node:vm";', 'built-in module "vm"'],
    ['export const f = (n: string) => import(n);', 'decided at run time'],
    ['const load = require;', '`require` can load'],
  ])('%s: names the reason', (code, reason) => expect(scan(code)[0]?.message).toContain(reason));

  test('says what to use instead', () => {
    const [finding] = scan('import fs from "node:fs";');
    expect(finding?.message).toContain('"fs"');
    expect(finding?.next).toContain('openAsset');
  });
});

describe('SEC-IMPORT leaves alone', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['a type import', 'import type { Stats } from "fs";'],
    ['a list of types', 'import { type Stats, type Dirent } from "fs";'],
    ['a type re-export', 'export type { Stats } from "fs";'],
    ['a type re-export of everything', 'export type * from "fs";'],
    ['a type query', 'type Fs = typeof import("fs"); export type S = import("fs").Stats;'],
    ['import type = require', 'import type fs = require("fs"); export type S = fs.Stats;', CJS],
    ['an ambient module', 'declare module "x" { import fs from "fs"; export const f: typeof fs; }'],
    ['a declaration file', 'import { Stats } from "fs"; export declare const s: Stats;', 'plugin/x.d.ts'],
    ['allowed modules', 'import path from "node:path"; import { createHash } from "crypto"; import "node:timers/promises";'],
    ['allowed sub-paths', 'import "path/posix"; import "stream/promises"; import "util/types"; import "assert/strict";'],
    ['services over http', 'import http from "node:http"; import https from "https";'],
    ['packages', 'import { z } from "zod"; import sharp from "sharp"; import x from "@scope/fs";'],
    ['own files', 'import { a } from "./fs.js"; import { b } from "../child_process.ts";'],
    ['JSON', 'import labels from "./labels.json" with { type: "json" };'],
    ['a file with dots in its name', 'import { x } from "./core.processor";'],
    ['a dynamic import of an own file', 'export const load = () => import("./heavy.js");'],
    ['a dynamic import of either file', 'declare const f: boolean; await import(f ? "./a.js" : "./b.js");'],
    ['a dynamic import of a constant', 'const lib = "zod"; await import(lib);'],
    ['require of allowed modules', 'const { z } = require("zod"); const path = require("node:path");', CJS],
    ['require of own folders', 'require("."); require(".."); require("../.."); require("./lib/"); require("./");', CJS],
    ['require of own files', 'require("./core"); require("./labels.json"); require("../x.cjs");', CJS],
    ['require.resolve', 'require.resolve("zod");', CJS],
    ['require.main compared', 'if (require.main === module) console.log(1);', CJS],
    ['require.main and module.parent looked at', 'if (!module.parent || require.main && require) console.log(require.main?.filename);', CJS],
    ['typeof require', 'if (typeof require !== "undefined") console.log(1);'],
    ['module.exports', 'module.exports = { a: 1 }; module.exports.b = module.filename;', 'plugin/core.cjs'],
    ['a shadowed require', 'export function load(require: (n: string) => any) { return require("fs"); }'],
    ['a method called require', 'declare const form: any; form.require("fs");'],
    ['a local called module', 'const module = { require: (x: string) => x }; module.require("fs");'],
    ['a namespace called module', 'namespace module { export const parent = 1; } export const p = module.parent;'],
    ['arguments of a function', 'export function f() { return arguments[1]; }'],
    ['strings that name modules', 'export const blocked = ["child_" + "process", "node:fs"];'],
    ['node:test in a test folder', 'import test from "node:test"; import assert from "node:assert/strict";', 'plugin/test/core.ts'],
    ['node:test in a test file', 'import { describe } from "node:test";', 'plugin/core.test.ts'],
    ['a local class Worker', 'class Worker {} export const w = new Worker();'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual([]);
  });

  test('fs in a test: no', () => {
    expect(places('import fs from "fs";', 'plugin/test/core.ts')).toEqual(['SEC-IMPORT:1']);
  });
});

describe('SEC-IMPORT looks at other files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sec-imports-'));
    const imports = {
      '#lib': './lib.js',
      '#cp': 'node:child_process',
      '#either': { browser: './lib.js', default: ['./x.js', 'fs'] },
      '#parts/*': './parts/*.js',
    };
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ imports }));
    for (const name of ['core.config.ts', 'both.config', 'both.config.js', 'plain', 'plain.js', 'addon.node.js']) writeFileSync(path.join(folder, 'src', name), '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['#lib', []],
    ['#parts/a', []],
    ['#cp', ['SEC-IMPORT:1']],
    ['#either', ['SEC-IMPORT:1']],
    ['#missing', ['SEC-IMPORT:1']],
  ])('%s', (name, expected) => {
    expect(places(`import x from "${name}";`, path.join(folder, 'src', 'core.ts'))).toEqual(expected);
  });

  test.each([
    ['./core.config', []],
    ['./core', []],
    ['./both.config', ['SEC-IMPORT:1']],
    ['./plain', ['SEC-IMPORT:1']],
    ['./plain.js', []],
    ['./addon.node', ['SEC-IMPORT:1']],
    ['./missing.config', ['SEC-IMPORT:1']],
    [`./${'a.'.repeat(5000)}`, ['SEC-IMPORT:1']],
    ['./a\\0.b', ['SEC-IMPORT:1']],
  ])('require of %s', (name, expected) => {
    expect(places(`require("${name}");`, path.join(folder, 'src', 'core.cts'))).toEqual(expected);
  });
});
