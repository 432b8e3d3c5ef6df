/** The seam of the system: frames, messages and the Arrow codec. Imports nothing of ours. */
export * from './wire.js';
export * from './encode.js';
export * from './decode.js';
