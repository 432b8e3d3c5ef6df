/**
 * Packing a plugin folder into a zip that a host accepts: which files, within which limits, always the same bytes.
 * `packFolder` is the whole job in one call; the parts are exported for tools that need only one of them.
 * And the other way: `extractArchive` unpacks an archive of unknown origin, or refuses it whole.
 */
export { collectFiles, type Collected, type CollectedFile } from './collect.js';
export { packFolder, type PackOptions, type Packed } from './pack.js';
export { extractArchive, type Extracted } from './unpack/extract.js';
export { readArchive, type ArchiveContent } from './read.js';
export { formatBytes } from './size.js';
export { renderTree } from './tree.js';
export type { ArchiveWarning } from './warnings.js';
export { writeArchive, type ArchiveEntry, type EntryDigest, type WrittenArchive } from './write.js';
