/** The room's light door: all of it but the codec, which brings Arrow. */
export * from './frames.js';
export * from './json-body.js';
export * from './messages.js';
export * from './words.js';
export * from './columns.js';
export * from './build.js';
export * from './values.js';
export * from './reshape.js';
