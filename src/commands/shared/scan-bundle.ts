/** What a host will say of a bundle, before it is packed. */
import { join, posix } from 'node:path';
import type { ArchiveWarning } from '../../archive/index.js';
import { ExitCode, Failure } from '../../errors/index.js';
import type { BundleFinding } from '../../lint/index.js';
import type { Bundle } from '../../runtime/index.js';

const file = 'dist/plugin.mjs';

/**
 * Warnings about bundled packages, one for each rule and package.
 * @param root the plugin's folder
 * @throws Failure `lint-findings` where the bundle holds forbidden code of the author's that lint has not seen: files
 *   outside of the plugin's folder, in folders that lint leaves out, and what takes several files to see.
 */
export async function bundleWarnings({ code, map, inputs }: Pick<Bundle, 'code' | 'map' | 'inputs'>, root: string): Promise<ArchiveWarning[]> {
  const { scanBundle } = await import('../../lint/index.js');
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
  const findings = await scanBundle({ file, code: text(code), map: text(map), inputs });
  const refused = await unsaid(findings.filter((finding) => finding.package === undefined), root);
  if (refused.length > 0) throw refusal(refused);
  const byPackage = new Map<string, BundleFinding[]>();
  for (const finding of findings) {
    if (finding.package === undefined) continue;
    const key = `${finding.package} ${finding.rule}`;
    byPackage.set(key, [...(byPackage.get(key) ?? []), finding]);
  }
  return [...byPackage.values()].map(toWarning);
}

/** Those that the sources do not say by themselves; where they do, a directive may have given the reason. */
async function unsaid(findings: BundleFinding[], root: string): Promise<BundleFinding[]> {
  const files = new Set(findings.flatMap((finding) => (isLinted(finding) ? [finding.source.file] : [])));
  if (files.size === 0) return findings;
  const { lintPaths } = await import('../../lint/index.js');
  const report = await lintPaths([...files].map((path) => join(root, path)), { cwd: root });
  const said = new Set(report.findings.map((finding) => `${finding.rule} ${finding.file}`));
  return findings.filter((finding) => !isLinted(finding) || !said.has(`${finding.rule} ${finding.source.file}`));
}

/** Whether lint looks at the file that it comes from. */
function isLinted(finding: BundleFinding): finding is BundleFinding & Required<Pick<BundleFinding, 'source'>> {
  const parts = posix.normalize(finding.source?.file ?? '..').split('/');
  return !parts.some((part) => ['..', 'node_modules', 'dist', '.git', '.plugsmith'].includes(part));
}

function toWarning(findings: BundleFinding[]): ArchiveWarning {
  const [{ rule, line, message }] = findings as [BundleFinding];
  const more = findings.length > 1 ? ` There are ${findings.length} such places in it.` : '';
  return {
    code: 'bundled-package',
    file,
    ...(line !== null && { line }),
    message: `${message}${more}`,
    next: `A host with the strict policy refuses this (${rule}); others run it in their sandbox. A package that does without is safer.`,
  };
}

function refusal(findings: BundleFinding[]): Failure {
  const [{ source, line, message }] = findings as [BundleFinding];
  const at = source === undefined ? `${file}:${line ?? 1}` : `${source.file}:${source.line}`;
  return new Failure({
    code: 'lint-findings',
    message: `${at}: ${message}${findings.length > 1 ? ` There are ${findings.length - 1} more findings like it.` : ''}`,
    why: 'The bundle holds this code, and a host refuses it.',
    next: 'Take it out of the file, or do not import the file.',
    details: { findings },
    exitCode: ExitCode.findings,
  });
}
