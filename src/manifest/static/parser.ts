/**
 * The parser, in a module of its own so that it is loaded on first use only. A direct `import()` of the CommonJS package
 * would have its exports elsewhere once bundled.
 */
export { parse } from '@babel/parser';
