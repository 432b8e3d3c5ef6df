/** The seam of the system: frames, messages and the Arrow codec. Imports nothing of ours. */
export * from './frames.js';
export * from './json-body.js';
export * from './messages.js';
export * from './words.js';
export * from './columns.js';
export * from './build.js';
export * from './values.js';
export * from './reshape.js';
export * from './encode.js';
export * from './decode.js';
