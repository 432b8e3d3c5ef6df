/** The problems of a manifest that was read statically: those of its value, and of the way it is exported. */
import { checkManifest } from '../check.js';
import { problem, type Problem } from '../problem.js';
import { isTreeObject } from '../tree.js';
import type { StaticManifest } from './read.js';

export function checkStatic(manifest: StaticManifest): Problem[] {
  switch (manifest.form) {
    case 'none':
      return [noManifest('The file has no default export.')];
    case 'callable':
      return [noManifest('The default export is a function or a class, not a manifest.')];
    case 'unknown':
      return [];
    case 'define':
      return checkManifest(manifest.value);
    case 'bare':
      return [...checkDefine(manifest.value), ...checkManifest(manifest.value)];
  }
}

function noManifest(message: string): Problem {
  return problem('MAN-DEFAULT-EXPORT', {
    path: [],
    at: 'value',
    message,
    why: 'Plugsmith reads the manifest from the default export.',
    next: 'Write export default defineManifest({ ... }).',
  });
}

function checkDefine(value: unknown): Problem[] {
  if (!isTreeObject(value)) return [];
  return [
    problem('MAN-DEFINE', {
      path: [],
      at: 'value',
      message: 'The manifest is a plain object.',
      why: 'Without defineManifest the compiler does not check its keys, and the parameters have no types.',
      next: "Write export default defineManifest({ ... }), imported from 'plugsmith/manifest'.",
    }),
  ];
}
