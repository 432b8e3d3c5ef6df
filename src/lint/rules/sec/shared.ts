/** What all code in a process shares: the global object, the built-in objects and their prototypes. */
import { SOME_PROTOTYPE, type Value } from './trace/index.js';

const BUILT_IN = new Set([
  // The language
  'AggregateError', 'Array', 'ArrayBuffer', 'Atomics', 'BigInt', 'BigInt64Array', 'BigUint64Array', 'Boolean', 'DataView',
  'Date', 'Error', 'EvalError', 'FinalizationRegistry', 'Float16Array', 'Float32Array', 'Float64Array', 'Function',
  'Int16Array', 'Int32Array', 'Int8Array', 'Intl', 'Iterator', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise',
  'Proxy', 'RangeError', 'ReferenceError', 'Reflect', 'RegExp', 'Set', 'SharedArrayBuffer', 'String', 'Symbol',
  'SyntaxError', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array', 'Uint8ClampedArray', 'WeakMap',
  'WeakRef', 'WeakSet', 'WebAssembly', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'isFinite',
  'isNaN', 'parseFloat', 'parseInt', 'globalThis',
  // Node and the web
  'AbortController', 'AbortSignal', 'Blob', 'Buffer', 'Event', 'EventTarget', 'FormData', 'Headers', 'ReadableStream',
  'Request', 'Response', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams', 'atob', 'btoa', 'clearInterval',
  'clearTimeout', 'crypto', 'fetch', 'performance', 'process', 'queueMicrotask', 'setImmediate', 'setInterval',
  'setTimeout', 'structuredClone',
]);

/** Settings of built-in objects that are there to be set. */
const SETTINGS = new Set([
  'Error.stackTraceLimit', 'process.env', 'process.exitCode', 'process.noDeprecation', 'process.title',
]);

/** Whether a global of this name is built in. */
export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

/** Whether a dotted global name is the global object, a built-in object, or the prototype of one or of a part of it. */
export function isSharedName(name: string): boolean {
  if (name === 'globalThis' || name === SOME_PROTOTYPE) return true;
  return BUILT_IN.has(name.endsWith('.prototype') ? (name.split('.')[0] as string) : name);
}

export function isShared(value: Value): value is Value & { kind: 'global' } {
  return value.kind === 'global' && !value.copy && isSharedName(value.name);
}

/** Whether writing this member changes nothing but a setting. */
export function isHarmlessMember(owner: string, member: string | undefined): boolean {
  return SETTINGS.has(`${owner}.${member}`);
}
