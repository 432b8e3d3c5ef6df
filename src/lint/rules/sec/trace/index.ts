/** Following values through source text: what the rules of this folder ask. */
export { takeApart } from './bindings.js';
export { builtinCall, type BuiltinCall } from './calls.js';
export { evaluate, keyValues } from './evaluate.js';
export { join, onCalls, type CallPath } from './join.js';
export { watch, type Reference } from './references.js';
export { isFree, unwrap, wrapped } from './scope.js';
export { asText, constant, member, SOME_PROTOTYPE, type Value } from './values.js';
