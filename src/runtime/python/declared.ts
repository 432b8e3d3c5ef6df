/** What a plugin's files ask of its environment, read without running them: Python's own parser reads manifest.py. */
import { Failure } from '../../errors/index.js';
import type { Interpreter } from './probe.js';
import { runProgram } from './program.js';
import { checkRequirements } from './requirements.js';

export interface Declared {
  /** `dependencies` of manifest.py; null where only running the file can tell. */
  dependencies: string[] | null;
  /** `compute_profile.actor_memory_gb`, null where it is not said or cannot be read. */
  memoryGb: number | null;
  /** `compute_profile.resource_type`, null likewise. */
  resource: string | null;
  /** What tests need beside pytest: the group `dev` of pyproject.toml. */
  dev: string[];
}

const LIMIT_MS = 10_000;

// Literals, names bound to literals before, and lists added up; the rest is unknown. None in the module leaves metadata its say.
const SCRIPT = `
import ast, json, os, sys
root = sys.argv[1]
class Unknown(Exception):
    pass
names = {}
def value(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [item for element in node.elts for item in (value(element.value) if isinstance(element, ast.Starred) else [value(element)])]
    if isinstance(node, ast.Dict) and None not in node.keys:
        return {value(k): attempt(v) for k, v in zip(node.keys, node.values)}
    # What else is called may give anything.
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("dict", "ExtractorDefinition") and not node.args and all(k.arg for k in node.keywords):
        return {k.arg: attempt(k.value) for k in node.keywords}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return value(node.left) + value(node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -value(node.operand)
    raise Unknown()
def attempt(node):
    try:
        return value(node)
    except (Unknown, TypeError):
        return Unknown
def manifest():
    with open(os.path.join(root, "manifest.py"), "rb") as file:
        body = ast.parse(file.read()).body
    for node in body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    names[target.id] = attempt(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            names[node.target.id] = attempt(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            try:
                names[node.target.id] = names[node.target.id] + value(node.value)
            except (Unknown, TypeError, KeyError):
                names[node.target.id] = Unknown
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                names[(alias.asname or alias.name).split(".")[0]] = Unknown
                if alias.name == "*":
                    names.setdefault("dependencies", Unknown)
        elif isinstance(node, (ast.If, ast.For, ast.While, ast.Try, ast.With)):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    names[inner.id] = Unknown
def entry(key):
    found = names.get(key)
    metadata = names.get("metadata")
    if found is None and metadata is not None:
        return metadata.get(key) if isinstance(metadata, dict) else Unknown
    return found
def group(toml, name, seen=()):
    for item in toml.get("dependency-groups", {}).get(name, []):
        if isinstance(item, str):
            yield item
        elif item.get("include-group") not in (None, name, *seen):
            yield from group(toml, item["include-group"], (*seen, name))
def dev():
    path = os.path.join(root, "pyproject.toml")
    if not os.path.isfile(path):
        return []
    try:
        import tomllib
    except ImportError:
        from pip._vendor import tomli as tomllib
    with open(path, "rb") as file:
        toml = tomllib.load(file)
    return [*group(toml, "dev"), *toml.get("project", {}).get("optional-dependencies", {}).get("dev", [])]
answer = {"dependencies": [], "memory": None, "resource": None, "dev": [], "pyproject": None}
try:
    manifest()
    listed = entry("dependencies")
    answer["dependencies"] = None if listed is Unknown else [None if item is Unknown else item for item in listed or []]
    profile = entry("compute_profile")
    if isinstance(profile, dict):
        memory, resource = profile.get("actor_memory_gb"), profile.get("resource_type")
        answer["memory"] = memory if isinstance(memory, (int, float)) and memory > 0 else None
        answer["resource"] = resource if isinstance(resource, str) else None
except (SyntaxError, ValueError):
    pass
if len(sys.argv) > 2:
    try:
        answer["dev"] = dev()
    except Exception as error:
        answer["pyproject"] = str(error)
print(json.dumps(answer))
`;

/**
 * @param withDev whether the dev group is wanted, too
 * @throws Failure `dependency-refused`, `pyproject-invalid`, `manifest-unreadable`. A manifest that Python cannot parse declares nothing here; the worker tells where it is wrong.
 */
export async function readDeclared(root: string, interpreter: Interpreter, withDev = false): Promise<Declared> {
  const ended = await runProgram(interpreter.base, ['-I', '-c', SCRIPT, root, ...(withDev ? ['dev'] : [])], { timeoutMs: LIMIT_MS });
  if (ended.code !== 0) {
    throw new Failure({ code: 'manifest-unreadable', message: `manifest.py in ${root} cannot be read: ${ended.why ?? ended.lastLines.at(-1) ?? `exit code ${ended.code}`}`, why: 'Its dependencies decide the environment.', next: 'Make the file readable.' });
  }
  const said = JSON.parse(ended.stdout) as { dependencies: unknown[] | null; memory: number | null; resource: string | null; dev: unknown[]; pyproject: string | null };
  if (said.pyproject !== null) {
    throw new Failure({ code: 'pyproject-invalid', message: `pyproject.toml cannot be read: ${said.pyproject}`, why: 'Its group dev says what the tests need.', next: 'Correct it, or remove it.' });
  }
  return {
    dependencies: said.dependencies === null ? null : checkRequirements(said.dependencies),
    memoryGb: said.memory, resource: said.resource, dev: checkRequirements(said.dev, 'the group dev of pyproject.toml'),
  };
}
