import { describe, expect, test } from 'vitest';
import { places, scan } from '../sec-helper.js';

describe('SEC-GLOBAL reports', () => {
  test.each<[name: string, code: string]>([
    ['a new global', '(globalThis as any).flag = 1;'],
    ['a replaced global', 'globalThis.fetch = (async () => new Response()) as any;'],
    ['a global by a computed name', 'declare const k: string; (globalThis as any)["x" + 1] = k;'],
    ['a global by a symbol', '(globalThis as any)[Symbol.for("cache")] ??= new Map();'],
    ['a counted global', '(globalThis as any).count++;'],
    ['a deleted global', 'delete (globalThis as any).fetch;'],
    ['a global by alias', 'const g = globalThis as any; g.flag = 1;'],
    ['a global by global', '(global as any).flag = 1;'],
    ['a global in a pattern', '[(globalThis as any).flag] = [1];'],
    ['a global in an object pattern', '({ a: (globalThis as any).flag } = { a: 1 });'],
    ['a global in a loop', 'for ((globalThis as any).flag of [1]) console.log(1);'],
    ['a reassigned built-in', '(fetch as any) = 1;'],
    ['a built-in function', 'JSON.parse = () => 1;'],
    ['a built-in constructor', 'Object.keys = () => [];'],
    ['a prototype', '(Array.prototype as any).map = 1;'],
    ['a prototype of a part', '(Intl.NumberFormat.prototype as any).format = 1;'],
    ['the name of the global object', '(globalThis as any) = {};'],
    ['a prototype by index', '(Array.prototype as any)["ma" + "p"] = 1;'],
    ['a prototype by alias', 'const p = Object.prototype as any; p.polluted = 1;'],
    ['a prototype through globalThis', '(globalThis as any).Array.prototype.last = 1;'],
    ['a prototype of a literal', '(Object.getPrototypeOf([]) as any).map = 1;'],
    ['a prototype by __proto__', '({} as any).__proto__.polluted = 1;'],
    ['a prototype by "__proto__"', '({} as any)["__proto__"]["polluted"] = 1;'],
    ['the prototype of globalThis', '(globalThis as any).__proto__ = null;'],
    ['a deleted method', 'delete (String.prototype as any).trim;'],
    ['defineProperty on globalThis', 'Object.defineProperty(globalThis, "flag", { value: 1 });'],
    ['defineProperties on globalThis', 'Object.defineProperties(globalThis, { flag: { value: 1 } });'],
    ['assign to globalThis', 'Object.assign(globalThis, { flag: 1 });'],
    ['setPrototypeOf globalThis', 'Object.setPrototypeOf(globalThis, null);'],
    ['setPrototypeOf a prototype', 'Object.setPrototypeOf(Array.prototype, null);'],
    ['Reflect.defineProperty', 'Reflect.defineProperty(globalThis, "flag", { value: 1 });'],
    ['Reflect.set', 'Reflect.set(globalThis, "flag", 1);'],
    ['Reflect.deleteProperty', 'Reflect.deleteProperty(globalThis, "fetch");'],
    ['Reflect.setPrototypeOf', 'Reflect.setPrototypeOf(Object.prototype, null);'],
    ['defineProperty taken apart', 'const { defineProperty } = Object; defineProperty(globalThis, "flag", { value: 1 });'],
    ['defineProperty by a computed name', '(Object as any)["define" + "Property"](globalThis, "flag", { value: 1 });'],
    ['defineProperty.call', 'Object.defineProperty.call(Object, globalThis, "flag", { value: 1 });'],
    ['defineProperty.apply', 'Object.defineProperty.apply(Object, [globalThis, "flag", { value: 1 }]);'],
    ['Reflect.apply of defineProperty', 'Reflect.apply(Object.defineProperty, Object, [globalThis, "flag", { value: 1 }]);'],
    ['defineProperty on a prototype', 'Object.defineProperty(Array.prototype, "last", { get() { return 1; } });'],
    ['__defineGetter__ on globalThis', '(globalThis as any).__defineGetter__("flag", () => 1);'],
    ['__defineSetter__ on a prototype', '(Object.prototype as any).__defineSetter__("flag", () => 1);'],
    ['__defineGetter__ by call', '(Object.prototype as any).__defineGetter__.call(globalThis, "flag", () => 1);'],
    ['a member of globalThis chosen at run time', 'export const f = (k: string) => (globalThis as any)[k];'],
    ['a pattern chosen at run time', 'export const f = (k: string) => { const { [k]: x } = globalThis as any; return x; };'],
    ['a looped member of globalThis', 'for (const k of Object.getOwnPropertyNames(globalThis)) (globalThis as any)[k];'],
    ['a member of Reflect chosen at run time', 'export const f = (k: string) => (Reflect as any)[k];'],
    ['a member of Object chosen at run time', 'export const f = (k: string) => (Object as any)[k];'],
    ['Reflect.get with any key', 'export const f = (k: string) => Reflect.get(globalThis, k);'],
    ['a member of Function.prototype chosen at run time', 'for (const k of Object.getOwnPropertyNames(Function.prototype)) (Function.prototype as any)[k];'],
    ['a name from unknown codes', '(globalThis as any)[String.fromCharCode(...new Uint8Array([101, 118, 97, 108]))];'],
    ['a member of an empty list', 'export const f = (k: string) => ([] as any)[k];'],
    ['a member of an empty object', 'export const f = (k: string) => ({} as any)[k];'],
    ['a member of an empty text', 'export const f = (k: any) => ""[k];'],
    ['a member of a number', 'export const f = (k: any) => (5 as any)?.[k];'],
    ['a name spelt with brackets alone', '[][(![]+[])[+[]]];'],
    ['a member of a function chosen at run time', 'const f = () => 1; export const g = (k: string) => (f as any)[k];'],
    ['a proxy of globalThis', 'new Proxy(globalThis, {});'],
    ['a proxy of process', 'new Proxy(process, {});'],
    ['all descriptors', 'Object.getOwnPropertyDescriptors(globalThis);'],
    ['the descriptor of process', 'Object.getOwnPropertyDescriptor(globalThis, "process");'],
    ['the getter of process', '(globalThis as any).__lookupGetter__("process");'],
    ['a function of process', '(process as any).nextTick = () => 1;'],
    ['process itself', '(process as any) = {};'],
    ['an object that inherits from process', 'export const o = Object.setPrototypeOf({}, process);'],
    ['descriptors of functions', 'Object.getOwnPropertyDescriptors(Function.prototype);'],
    ['globalThis from a function', 'function root(this: any) { return this; } (root as any)().flag = 1;'],
    ['a name that may be anything by now', 'let k: any; for (k in globalThis) (globalThis as any)[k];'],
    ['globalThis as this', '(function (this: any) { this.flag = 1; }).call(globalThis);'],
    ['a frozen prototype', 'Object.freeze(Array.prototype);'],
    ['a closed global object', 'Reflect.preventExtensions(globalThis);'],
  ])('%s', (_name, code) => {
    expect(places(code)).toEqual(['SEC-GLOBAL:1']);
  });

  test('a key nested too deeply to be read', () => {
    const key = `${'("c" as string || '.repeat(150)}"d"${')'.repeat(150)}`;
    expect(places(`declare const f: any; f[${key}];`)).toEqual(['SEC-GLOBAL:1']);
  });

  test('names what is changed', () => {
    expect(scan('(Array.prototype as any).map = 1;')[0]?.message).toContain('`Array.prototype`');
  });
});

describe('SEC-GLOBAL leaves alone', () => {
  test.each<[name: string, code: string]>([
    ['reading globals', 'export const f = globalThis.fetch; export const has = "fetch" in globalThis;'],
    ['defineProperty on own objects', 'export class L { v = 0; m() { Object.defineProperty(this, "v", { value: 1 }); } }'],
    ['defineProperty on exports', 'Object.defineProperty(exports, "__esModule", { value: true });'],
    ['assign to own objects', 'const o = {}; Object.assign(o, { a: 1 }); Object.assign({}, globalThis.performance);'],
    ['setPrototypeOf own objects', 'export class E extends Error { constructor() { super(); Object.setPrototypeOf(this, E.prototype); } }'],
    ['own prototypes', 'class A {} (A.prototype as any).extra = 1;'],
    ['own classes named like built-ins', 'class Map {} (Map.prototype as any).extra = 1;'],
    ['static members of own classes', 'class A { static n = 0 } A.n = 1; A.n++;'],
    ['a shadowed globalThis', 'export const f = (globalThis: any) => { globalThis.flag = 1; };'],
    ['a local called global', 'const global: any = {}; global.flag = 1;'],
    ['Error.stackTraceLimit', 'Error.stackTraceLimit = 50;'],
    ['calling built-ins', 'Array.prototype.slice.call([1]); Object.keys({}); Reflect.ownKeys({}); Math.max(1, 2);'],
    ['hasOwnProperty', 'Object.prototype.hasOwnProperty.call({}, "constructor");'],
    ['a proxy of an own object', 'new Proxy({}, { get: (t, k, r) => Reflect.get(t, k, r) });'],
    ['members of own tables', 'const t: any = { a: 1 }; export const f = (k: string) => t[k]; t.b = 2;'],
    ['typed arrays by index', 'const v = new Float32Array(4); for (let i = 0; i < 4; i++) v[i] = i * 2;'],
    ['a known member of Object', 'export const keys = Object["keys"];'],
    ['binding to globalThis', 'export const get = fetch.bind(globalThis);'],
    ['a copy of built-ins', 'const o: any = { ...Math }; o.max = 1; const p: any = Object.create(Array.prototype); p.x = 1;'],
    ['the prototype of an own object', 'export const f = (x: object) => Object.defineProperty(Object.getPrototypeOf(x), "y", { value: 1 });'],
    ['static members by name', 'function Old() {} for (const k of ["a", "b"]) (Old as any)[k] = 1;'],
    ['freezing own objects', 'export const o = Object.freeze({ ...Math }); export const l = Object.seal([1]);'],
    ['settings of process', 'process.exitCode = 1; process.title = "x"; process.env.A = "1"; process.env = { ...process.env };'],
    ['an object that inherits from an own one', 'export const o = Object.setPrototypeOf({}, { a: 1 });'],
    ['known and symbolic members of literals', '[][Symbol.iterator](); ""["length"]; export const f = (i: number, k: "a") => "abc"[i]! + [1, 2][i] + { a: 1 }[k];'],
    ['a member of an empty object by its name', 'const o: any = {}; const l: any[] = []; export const f = (k: string) => [o[k], l[0], l[k as any]];'],
    ['a method that gives back its object', 'export const o: any = { self() { return this; } }; o.self().flag = 1; class A { [k: string]: any; self() { return this; } m() { this.self().flag = 1; } }'],
    ['a name that gets its value later', 'let k: "fetch"; k = "fetch"; export const f = globalThis[k];'],
    ['this of an own function', 'function Old(this: any) { this.a = 1; } Old.call({}); Old.prototype.b = 1;'],
    ['a descriptor of something harmless', 'export const d = Object.getOwnPropertyDescriptor(globalThis, "fetch"); export const e = Object.getOwnPropertyDescriptor({ process: 1 }, "process");'],
    ['a null prototype', 'export const o = { __proto__: null, a: 1 }; export const p = Object.create(null); p.x = 1;'],
    ['a global augmentation', 'declare global { interface Array<T> { last(): T } } export {};'],
  ])('%s', (_name, code) => {
    expect(places(code)).toEqual([]);
  });
});
