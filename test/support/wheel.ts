/** Wheels for tests: a package with one module, made without an index and installed by the real installers. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPT = `
import base64, hashlib, json, sys, zipfile
target, name, version, sources, requires = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4]), json.loads(sys.argv[5])
info = f"{name}-{version}.dist-info"
files = {path: text for path, text in sources.items()}
files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + "".join(f"Requires-Dist: {one}\\n" for one in requires)
files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
sums = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode() for path, text in files.items()}
files[f"{info}/RECORD"] = "".join(f"{path},sha256={sums[path]},{len(files[path].encode())}\\n" for path in sums) + f"{info}/RECORD,,\\n"
with zipfile.ZipFile(target, "w") as wheel:
    for path, text in files.items():
        wheel.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
`;

/**
 * @param folder where the wheel is put; give it to an installer as `PIP_FIND_LINKS`
 * @param files paths in site-packages to content
 * @returns the wheel's path
 */
export function makeWheel(python: string, folder: string, name: string, version: string, files: Record<string, string>, requires: string[] = []): string {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `${name}-${version}-py3-none-any.whl`);
  execFileSync(python, ['-I', '-c', SCRIPT, target, name, version, JSON.stringify(files), JSON.stringify(requires)], { stdio: ['ignore', 'ignore', 'pipe'] });
  return target;
}
