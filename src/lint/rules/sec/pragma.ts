/** Comments by which the compiler of JSX is told what an element calls: `@jsx h`, `@jsxFrag x`, `@jsxImportSource y`. */
import type { Comment, Node } from '@babel/types';
import type { Scope } from '../../syntax/index.js';
import { refuse } from './modules.js';
import { constant, evaluate, member } from './trace/index.js';

const PRAGMA = /@(jsx|jsxFrag|jsxImportSource)\s+(\S+)/g;

/**
 * What a comment makes of every element that should not be: a call of something global (`@jsx process.binding`), or a
 * module that may not be loaded. Undefined where it names a function of the file or a package.
 */
export function badPragma({ value }: Comment, scope: Scope): string | undefined {
  for (const [pragma, kind, named = ''] of value.matchAll(PRAGMA)) {
    const isBad = kind === 'jsxImportSource' ? refuse(`${named}/jsx-runtime`, false) !== undefined : isGlobal(named, scope);
    if (isBad) return pragma;
  }
  return undefined;
}

function isGlobal(name: string, scope: Scope): boolean {
  const [root = '', ...members] = name.split('.');
  const start = evaluate({ type: 'Identifier', name: root } as Node, scope);
  const values = members.reduce((object, key) => member(object, constant(key)), start);
  return root !== 'React' && values.some(({ kind }) => kind === 'global');
}
