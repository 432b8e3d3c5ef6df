// Checks who writes to the terminal and who ends a process: ui, bin and the entries of processes, and nobody else.
//   node scripts/check-terminal.mjs [FOLDER]        the project's own folder unless told
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from '@babel/parser';
import babelTraverse from '@babel/traverse';

const traverse = babelTraverse.default ?? babelTraverse;

/** Files that may: the ui room, the command's entry, and what runs at the top of a process of its own. */
const ALLOWED = [/^src\/ui\//, /^src\/main\.ts$/, /^src\/worker\/(?:main|test-preload)\.ts$/];
const PROCESS = new Set(['stdout', 'stderr', 'exit', 'exitCode', 'abort', 'reallyExit']);
const MODULES = new Set(['process', 'node:process', 'console', 'node:console', 'tty', 'node:tty']);

/**
 * Where a source touches the terminal or ends the process. Names bound in the file itself are other things;
 * asking whether a stream is a terminal (`process.stdout.isTTY`) writes nothing.
 * @param {string} source TypeScript or JavaScript
 * @returns {{ line: number, what: string }[]}
 */
export function terminalUses(source) {
  const uses = [];
  const add = (node, what) => uses.push({ line: node.loc?.start.line ?? 0, what });
  traverse(parse(source, { sourceType: 'module', plugins: ['typescript'] }), {
    ImportDeclaration({ node }) {
      if (node.importKind !== 'type' && MODULES.has(node.source.value)) add(node, `import of ${node.source.value}`);
    },
    Identifier(path) {
      const { name } = path.node;
      if ((name !== 'process' && name !== 'console') || !path.isReferencedIdentifier() || path.scope.hasBinding(name, true)) return;
      if (name === 'console') add(path.node, name);
      else for (const property of propertiesOf(path)) if (PROCESS.has(property)) add(path.node, `process.${property}`);
    },
  });
  return uses;
}

/** Names read from a reference: `process.stdout`, `process['stdout']`, `const { stdout } = process`. */
function propertiesOf(path) {
  const { parent, parentPath } = path;
  if (parentPath.isMemberExpression() && parent.object === path.node) {
    if (parentPath.parentPath.isMemberExpression() && nameOf(parentPath.parent) === 'isTTY') return [];
    return [nameOf(parent)];
  }
  if (parentPath.isVariableDeclarator() && parent.id.type === 'ObjectPattern') {
    return parent.id.properties.flatMap((property) => (property.type === 'ObjectProperty' ? [nameOf({ property: property.key, computed: property.computed })] : [...PROCESS]));
  }
  return [];
}

function nameOf({ property, computed }) {
  if (!computed && property.type === 'Identifier') return property.name;
  return property.type === 'StringLiteral' ? property.value : undefined;
}

/** All uses in `src/` of a project, as lines for people. */
export function checkTerminal(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
  return files.sort().flatMap((file) => terminalUses(readFileSync(join(root, file), 'utf8')).map(({ line, what }) => `${file}:${line}  ${what}`));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
  const found = checkTerminal(root);
  for (const line of found) console.error(line);
  console.log(found.length === 0 ? 'Only ui and the entries touch the terminal.' : `${found.length} places outside ui touch the terminal or end the process: return a result, or throw a Failure.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
