import { describe, expect, test } from 'vitest';
import { places, scan } from '../sec-helper.js';

describe('SEC-PROCESS reports', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['binding', '(process as any).binding("fs");'],
    ['binding, optionally', '(process as any)?.binding?.("fs");'],
    ['binding by a literal', '(process as any)["binding"]("fs");'],
    ['binding by a sum', '(process as any)["bind" + "ing"]("fs");'],
    ['binding taken apart', 'const { binding } = process as any;'],
    ['binding taken apart later', 'let binding: any; ({ binding } = process as any);'],
    ['binding renamed', 'const { binding: b } = process as any;'],
    ['binding by a computed pattern', 'const { ["bind" + "ing"]: b } = process as any;'],
    ['binding by a default', 'export function f({ binding } = process as any) { return binding; }'],
    ['_linkedBinding', '(process as any)._linkedBinding("x");'],
    ['dlopen', 'process.dlopen(module, "./x.node");'],
    ['dlopen handed on', 'const open = process.dlopen;'],
    ['mainModule', 'process.mainModule!.require("fs");'],
    ['getBuiltinModule', 'process.getBuiltinModule("fs");'],
    ['getBuiltinModule by alias', 'const p = process; p.getBuiltinModule("fs");'],
    ['getBuiltinModule by two aliases', 'const p = process; const q = p as any; q.getBuiltinModule("fs");'],
    ['getBuiltinModule through globalThis', 'globalThis.process.getBuiltinModule("fs");'],
    ['getBuiltinModule through a computed name', '(globalThis as any)["pro" + "cess"].getBuiltinModule("fs");'],
    ['getBuiltinModule through a pattern', 'const { process: { getBuiltinModule } } = globalThis as any;'],
    ['getBuiltinModule through a rest', 'const { env, ...rest } = process; rest.getBuiltinModule("fs");'],
    ['getBuiltinModule through a copy', 'const p = { ...process }; p.getBuiltinModule("fs");'],
    ['getBuiltinModule through Object.assign', 'const p = Object.assign({}, process); p.getBuiltinModule("fs");'],
    ['getBuiltinModule through an import', 'import process from "node:process"; process.getBuiltinModule("fs");'],
    ['getBuiltinModule through a namespace', 'import * as p from "process"; p.default.getBuiltinModule("fs");'],
    ['getBuiltinModule imported', 'import { getBuiltinModule } from "node:process"; getBuiltinModule("fs");'],
    ['getBuiltinModule re-exported', 'export { getBuiltinModule } from "node:process";'],
    ['everything re-exported', 'export * from "node:process";'],
    ['getBuiltinModule through then', 'import("node:process").then((p) => p.getBuiltinModule("fs"));'],
    ['getBuiltinModule through require', 'require("process").getBuiltinModule("fs");'],
    ['getBuiltinModule through import()', '(await import("node:process")).getBuiltinModule("fs");'],
    ['getBuiltinModule through a loop', 'for (const p of [process]) p.getBuiltinModule("fs");'],
    ['a class field', 'class A { p = process; go() { return this.p.getBuiltinModule("fs"); } }'],
    ['a private field', 'class A { #p = process; go() { return () => this.#p.getBuiltinModule("fs"); } }'],
    ['a static field', 'class A { static p = process; } A.p.getBuiltinModule("fs");'],
    ['a field set by the constructor', 'class A { p: any; constructor() { this.p = process; } go() { return this.p.getBuiltinModule("fs"); } }'],
    ['a field set later, by a name of the method', 'class A { p: any; go() { return this.p.getBuiltinModule("fs"); } init() { const own = process; this.p = own; } }'],
    ['a parameter property', 'class A { constructor(private p = process) {} go() { return this.p.getBuiltinModule("fs"); } }'],
    ['a field of an instance', 'class A { p = process; } const a = new A(); a.p.getBuiltinModule("fs");'],
    ['a field of a class without a name', 'const C = class { static p = process; }; C.p.getBuiltinModule("fs");'],
    ['an inherited field', 'class B { p = process; } class A extends B { go() { return this.p.getBuiltinModule("fs"); } }'],
    ['values of a Map', 'for (const p of new Map([["p", process]]).values()) p.getBuiltinModule("fs");'],
    ['an item of a list', 'const l = [process]; l.find(Boolean)!.getBuiltinModule("fs");'],
    ['a getter', 'class A { get p() { return process; } go() { return this.p.getBuiltinModule("fs"); } }'],
    ['a method of a class', 'class A { p() { return process; } go() { return this.p().getBuiltinModule("fs"); } }'],
    ['a method of an object', 'const o = { p() { return process; } }; o.p().getBuiltinModule("fs");'],
    ['a Map', 'const m = new Map([["p", process]]); m.get("p")!.getBuiltinModule("fs");'],
    ['a Map that is filled later', 'const m = new Map(); m.get("p").getBuiltinModule("fs"); m.set("p", process);'],
    ['a Set', 'for (const p of new Set([process])) p.getBuiltinModule("fs");'],
    ['an object that is filled later', 'const o: any = {}; o.p = process; o.p.getBuiltinModule("fs");'],
    ['a list that is filled later', 'const l: any[] = []; l.push(process); l[0].getBuiltinModule("fs");'],
    ['Object.values', 'Object.values({ p: process })[0]!.getBuiltinModule("fs");'],
    ['Object.entries', 'for (const [, p] of Object.entries({ p: process })) p.getBuiltinModule("fs");'],
    ['a generator', 'function* all() { yield process; } for (const p of all()) p.getBuiltinModule("fs");'],
    ['a function with a name of its own', 'function get() { const p = process; return p; } get().getBuiltinModule("fs");'],
    ['a function that gives back what it is given', 'const same = <T,>(x: T) => x; same(process).getBuiltinModule("fs");'],
    ['getBuiltinModule by Reflect.get', 'Reflect.get(process, "getBuiltinModule");'],
    ['getBuiltinModule by a descriptor', 'Object.getOwnPropertyDescriptor(process, "getBuiltinModule");'],
    ['a member chosen at run time', 'export const f = (k: string) => (process as any)[k];'],
    ['a member of unknown text', 'declare const k: string; (process as any)["get" + k]("fs");'],
    ['process although declared', 'declare const process: any; process.binding("fs");'],
    ['execve', '(process as any).execve("/bin/sh", ["sh"]);'],
    ['kill', 'process.kill(process.ppid, 9);'],
    ['report', 'process.report!.writeReport("/tmp/x");'],
    ['loadEnvFile', 'process.loadEnvFile("/etc/x");'],
    ['_debugProcess', '(process as any)._debugProcess(process.ppid);'],
    ['open handles', '(process as any)._getActiveHandles();'],
    ['process behind a namespace of types', 'namespace process { export type X = 1; export interface Y { a: X } } (process as any).binding("fs");'],
    ['process behind a namespace of no value inside another', 'namespace process.parts { type X = 1; } (process as any).binding("fs");'],
    ['an element', 'export const x = <process.binding name="fs"></process.binding>;', 'page.tsx'],
    ['an element of an alias', 'const P = process as any; export const x = <P.binding />;', 'page.tsx'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual(['SEC-PROCESS:1']);
  });

  test('inside a block, on its own line', () => {
    expect(places('try {\n  (process as any)._linkedBinding("x");\n} catch {\n  console.log(1);\n}')).toEqual(['SEC-PROCESS:2']);
  });

  test('with what to do', () => {
    expect(scan('process.kill(1);')[0]?.next).toContain('Throw an error');
  });
});

describe('SEC-PROCESS leaves alone', () => {
  test.each<[name: string, code: string, file?: string]>([
    ['env', 'export const device = process.env.DEVICE ?? process.env["DEVICE_NAME"];'],
    ['env by a variable', 'export const read = (name: string) => process.env[name];'],
    ['env taken apart', 'export const { HOME, PATH } = process.env;'],
    ['env by a pattern', 'const { env: { HOME } } = process; export const { argv } = process; HOME;'],
    ['writing env and exitCode', 'process.env.A = "1"; process.exitCode = 1;'],
    ['cwd, uptime, nextTick, argv', 'process.cwd(); process.uptime(); process.nextTick(() => undefined); process.argv.length;'],
    ['argv by a variable', 'export const nth = (i: number) => process.argv[i];'],
    ['exit', 'process.exit(1);'],
    ['listeners', 'process.on("warning", () => undefined);'],
    ['memory and time', 'process.memoryUsage().rss; process.hrtime.bigint(); process.platform;'],
    ['an import of harmless members', 'import process, { env } from "node:process"; env.A; process.cwd();'],
    ['a shadowed parameter', 'export const f = (process: { binding(n: string): string }) => process.binding("x");'],
    ['an own function called process', 'export function process(batch: any) { return batch; } (process as any).binding;'],
    ['a method called process', 'export class P { process(b: any) { return b.kill; } }'],
    ['binding of something else', 'declare const shader: any; shader.binding("x"); shader.kill();'],
    ['a type of process', 'export type B = typeof process.kill;'],
    ['elements of the page', 'export const x = <process><kill /></process>;', 'page.tsx'],
    ['a namespace called process', 'namespace process { export type X = 1; export const kill = 1; } export const k = process.kill;'],
    ['an enum called process', 'enum process { kill } export const k = process.kill;'],
    ['classes that hold each other', 'class A extends A { p = this.p; go() { return this.p.kill(); } } const b: any = new b(); b.kill.kill();'],
    ['other fields', 'class A { p = { kill: () => 1 }; go() { return this.p.kill(); } }'],
    ['a field of a function in a class', 'class A { p = process; go() { return function (this: any) { return this.p.kill(); }; } }'],
    ['a parameter of the constructor', 'class A { p: any; constructor(process: any) { this.p = process; } go() { return this.p.kill(); } }'],
    ['a function with its own process', 'const get = () => { const process = { kill: () => 1 }; return process; }; get().kill();'],
    ['a function with a parameter called process', 'const pick = (process: { kill(): void }) => process; declare const o: any; pick(o).kill();'],
    ['a Map of other things', 'const m = new Map([["kill", { kill: () => 1 }]]); m.get("kill")?.kill();'],
    ['a key known to be harmless', 'const k = "pid"; export const id = (process as any)[k];'],
  ])('%s', (_name, code, file) => {
    expect(places(code, file)).toEqual([]);
  });
});
