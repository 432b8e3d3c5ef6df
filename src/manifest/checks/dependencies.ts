/** Dependencies as the plugin's own package manager reads them. */
import type { Dialect } from '../dialect.js';
import { problem, type Problem } from '../problem.js';
import { dependencyPattern } from '../schema.js';
import type { TreeObject } from '../tree.js';

/** What the language's own package manager does not read. What no package manager does, the schema refuses. */
export function checkDependencies(tree: TreeObject, dialect: Dialect): Problem[] {
  const dependencies = tree['dependencies'];
  const { dependency } = dialect;
  if (!Array.isArray(dependencies) || dependency === null) return [];
  return dependencies.flatMap((name: unknown, index) => {
    if (typeof name !== 'string' || !dependencyPattern.test(name) || dependency.test(name.replace(/\s+/g, ' '))) return [];
    return [
      problem('MAN-DEPENDENCIES', {
        path: ['dependencies', index],
        at: 'value',
        message: `dependencies[${index}] is ${dialect.show(name)}, which pip does not read.`,
        why: 'Packages of a Python plugin are installed by pip, and with a name it does not read the installation fails.',
        next: 'Write the version after a comparison, as in "pillow==10.4.0".',
      }),
    ];
  });
}
