/** SEC-IMPORT: what may be loaded, by `import`, `import()`, `require` and the module system behind them. */
import type { ExportAllDeclaration, ExportNamedDeclaration, ImportDeclaration, Node } from '@babel/types';
import type { Report, SourceFile, SyntaxRule } from '../../rule.js';
import { isClass, isFunction, isInside, type Path, type Scope } from '../../syntax/index.js';
import { refuse, type Refusal } from './modules.js';
import { resolvePackageImport } from './packageImports.js';
import { isRequiredCode } from './required.js';
import { asText, evaluate, join, onCalls, watch, wrapped, type CallPath, type Reference } from './trace/index.js';
import { isOnlyCompared, isOnlyTested, memberRead } from './uses.js';

type How = 'import' | 'require';
type Declaration = ImportDeclaration | ExportNamedDeclaration | ExportAllDeclaration;

/** Parts of the module system through which anything can be loaded. */
const MODULE_SYSTEM = new Set([
  'module.require', 'module._load', 'module._compile', 'module.load', 'module.parent', 'module.children', 'module.*',
  'require.main', 'require.cache', 'require.extensions', 'require.*', 'Worker', 'SharedWorker', 'importScripts',
]);
const NAMES = new Set(['require', 'arguments', ...[...MODULE_SYSTEM].map((name) => name.split('.').at(-1) as string)]);
const TEST_FILE = /(?:^|[\\/])tests?[\\/]|\.(?:test|spec)\.[cm]?[jt]sx?$/;

export const imports: SyntaxRule = {
  meta: {
    id: 'SEC-IMPORT',
    family: 'SEC',
    severity: 'error',
    summary: 'built-in modules outside the allowed list, and modules whose name cannot be told from the text',
  },
  create(file, report) {
    const refused = (at: Node, specifier: string, how: How) => {
      const refusal = judge(specifier, how, file);
      if (refusal) report({ at, ...refusal });
    };
    const load = (path: Path, specifier: Node | undefined, how: How) => {
      const refusal = specifier ? judgeExpression(specifier, path.scope, how, file) : undefined;
      if (refusal) report({ at: path.node, ...refusal });
    };
    const onStatic = ({ node, parent }: Path<Declaration>) => {
      // Inside `declare module` an import only describes types, and so does everything in a .d.ts file.
      if (!node.source || parent.type !== 'Program' || /\.d\.[cm]?ts$/.test(file.path) || isErased(node)) return;
      refused(node, node.source.value, 'import');
    };
    const onCall = (path: CallPath) => {
      if (path.node.callee.type === 'Import') load(path, path.node.arguments[0], 'import');
    };
    const onReference = (reference: Reference) => {
      const call = requireCall(reference);
      if (call) load(call, (call.node as CallPath['node']).arguments[0], 'require');
      else if (isOpenDoor(reference)) report(describe(reference));
    };
    return join(watch(NAMES, onReference), onCalls(onCall), {
      ImportDeclaration: onStatic,
      ExportNamedDeclaration: onStatic,
      ExportAllDeclaration: onStatic,
      ImportExpression: (path) => load(path, path.node.source, 'import'),
      TSImportEqualsDeclaration({ node }) {
        const { moduleReference } = node;
        if (node.importKind === 'type' || moduleReference.type !== 'TSExternalModuleReference') return;
        refused(node, moduleReference.expression.value, 'require');
      },
    });
  },
};

/** `import type`, and a list of specifiers that are all `type`. */
function isErased(node: Declaration): boolean {
  const kind = node.type === 'ImportDeclaration' ? node.importKind : node.exportKind;
  if (kind === 'type' || kind === 'typeof') return true;
  if (node.type === 'ExportAllDeclaration' || node.specifiers.length === 0) return false;
  return node.specifiers.every((specifier) =>
    (specifier.type === 'ImportSpecifier' && (specifier.importKind === 'type' || specifier.importKind === 'typeof'))
    || (specifier.type === 'ExportSpecifier' && specifier.exportKind === 'type'));
}

function judge(specifier: string, how: How, file: SourceFile): Refusal | undefined {
  const inTest = TEST_FILE.test(file.path);
  const isCode = how === 'require' ? (name: string) => isRequiredCode(name, file) : undefined;
  const refusal = (target: string) => refuse(target, inTest, isCode);
  if (!specifier.startsWith('#')) return refusal(specifier);
  file.asksForOthers = true;
  const targets = resolvePackageImport(specifier, file.path, file.cwd);
  if (targets) return targets.map(refusal).find(Boolean);
  return {
    message: `"${specifier}" is not found in the "imports" of package.json.`,
    why: 'What it stands for decides whether it may be loaded.',
    next: 'Add it to "imports" in the package.json of the plugin, or import the file by a relative path.',
  };
}

function judgeExpression(specifier: Node, scope: Scope, how: How, file: SourceFile): Refusal | undefined {
  const names = evaluate(specifier, scope).map((value) => (value.kind === 'constant' ? asText(value) : undefined));
  const known = names.filter((name) => name !== undefined).map((name) => judge(name, how, file)).find(Boolean);
  if (known || !names.includes(undefined)) return known;
  return {
    message: `What this \`${how}\` loads is decided at run time.`,
    why: 'A name that cannot be told from the text may be any module.',
    next: 'Write the name out as a string, or choose from a table of functions that each import one fixed module.',
  };
}

/** The call, where `require` is called directly: the one use of it that can be judged. */
function requireCall({ name, path, how }: Reference): Path | undefined {
  if (name !== 'require' || how !== 'name') return undefined;
  const { key, parentPath } = wrapped(path);
  const isCall = parentPath !== null && /^(Optional)?CallExpression$/.test(parentPath.node.type);
  return isCall && key === 'callee' ? parentPath : undefined;
}

function isOpenDoor({ name, path, how }: Reference): boolean {
  // In CommonJS the arguments of the file itself are `exports`, `require`, `module` and so on.
  if (name === 'arguments') return how === 'name' && !isInside(path, hasArguments);
  if (name !== 'require' && !MODULE_SYSTEM.has(name)) return false;
  if (how === 'call' || how === 'pattern') return true;
  if (isOnlyCompared(path) || isOnlyTested(path) || (name === 'require.main' && memberRead(path) === 'filename')) return false;
  if (name !== 'require' || how !== 'name') return true;
  // Its members are references of their own; `resolve` only gives a path.
  const member = memberRead(path);
  return member === undefined ? !isComputedMember(path) : !['resolve', 'main', 'cache', 'extensions'].includes(member);
}

function hasArguments(node: Node): boolean {
  return isClass(node) || (isFunction(node) && node.type !== 'ArrowFunctionExpression');
}

function isComputedMember(path: Path): boolean {
  const { parent, key } = wrapped(path);
  return key === 'object' && 'computed' in parent && parent.computed === true;
}

function describe({ name, node }: Reference): Report {
  const shown = name.endsWith('.*') ? `A member of \`${name.slice(0, -2)}\` chosen at run time` : `\`${name}\``;
  return {
    at: node,
    message: `${shown} can load any module or program.`,
    why: 'Once it is handed on, nobody can tell from the text what will be loaded.',
    next: 'Import what you need by name, at the top of the file.',
  };
}
