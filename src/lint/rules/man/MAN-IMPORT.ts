import { dirname, relative, sep } from 'node:path';
import type { ModuleFact, Stmt } from '../../facts/index.js';
import { eachStatement } from '../../facts/walk.js';
import type { PluginRule } from '../../plugin-rule.js';
import { isProvided, isWellKnown, mayBring } from './python/packages.js';

type Import = Extract<Stmt, { op: 'import' }>;

/** What a Python plugin imports is installed with it. In TypeScript the bundle is made from what is installed. */
export const declaresImports: PluginRule = {
  meta: { id: 'MAN-IMPORT', family: 'MAN', severity: 'warn', summary: 'A Python plugin declares the packages that it imports' },
  check({ manifest, dependencies, files }) {
    if (!manifest.endsWith('.py') || dependencies === null || files === null) return [];
    const folder = dirname(manifest);
    const own = new Set(['manifest', ...folder.split(sep).slice(-1), ...files.flatMap(({ path }) => relative(folder, path).replace(/\.py$/, '').split(sep))]);
    const imports = files.flatMap(({ path, module }) => importsOf(module).map((one) => ({ ...one, path, root: one.module.split('.')[0] as string })));
    const foreign = imports.filter(({ root }) => !own.has(root) && !isProvided(root));
    const roots = [...new Set(imports.map(({ root }) => root))];
    // A package that nothing seems to use may bring a module of any name.
    if (dependencies.some((name) => !roots.some((root) => mayBring(name, root)) && !isWellKnown(name))) return [];
    const undeclared = foreign.filter(({ root }) => !dependencies.some((name) => mayBring(name, root)));
    const first = new Map(undeclared.toReversed().map((one) => [one.root, one]));
    return [...first.values()].toReversed().map(({ root, path, at }) => ({
      file: path,
      at: at ?? null,
      message: `"${root}" is imported, and the manifest's dependencies do not name it.`,
      why: 'The service installs what dependencies name; without the package the first batch fails.',
      next: `Add the package that brings "${root}" to dependencies in manifest.py.`,
    }));
  },
};

/** Imports that must succeed: not those in a `try`, under a condition, or of the plugin's own files. */
function importsOf(module: ModuleFact): Import[] {
  const found: Import[] = [];
  eachStatement(module.body, (stmt) => stmt.op === 'import' && !stmt.isOptional && !stmt.module.startsWith('.') && found.push(stmt), true);
  return found;
}
