/**
 * Where the parser comes from, started once per process: a module of its own, because lint's script, which is compiled
 * once, imports nothing later, and shares this one with the rest. A second start would be told nothing of the memory.
 */
import type { WasmMemory } from './memory.js';

type TreeSitter = Pick<typeof import('web-tree-sitter'), 'Language' | 'Parser'> & { memory: WasmMemory };

let starting: Promise<TreeSitter> | undefined;

/** @param wasmBinary reads the parser's own code, at the first call */
export const treeSitter = (wasmBinary: () => Uint8Array): Promise<TreeSitter> => (starting ??= start(wasmBinary));

async function start(wasmBinary: () => Uint8Array): Promise<TreeSitter> {
  const { Language, Parser } = await import('web-tree-sitter');
  const module = { wasmBinary: wasmBinary() };
  await Parser.init(module);
  // Emscripten fills in the object that it is given.
  return { Language, Parser, memory: module as typeof module & WasmMemory };
}
