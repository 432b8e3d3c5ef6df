import { join } from 'node:path';
import { Flags } from '@oclif/core';
import type { Host } from '../client/index.js';
import { ExitCode, Failure } from '../errors/index.js';
import { type Outcome, plural, printable, type StageRecord, type Stages, withEnv } from '../ui/index.js';
import { deployFlags, deployStage, inWords, type StatusDocument } from './shared/deploy.js';
import { HostCommand, hostFlags } from './shared/host-command.js';
import { lintPlugin, type PackedPlugin, packPlugin, withScratch } from './shared/pack.js';
import { pythonFlags, type PythonFlags } from './shared/python.js';
import { testPlugin } from './shared/test.js';
import { uploadFlags, uploadStages } from './shared/upload.js';

interface Result {
  /** `unchanged`: the host had these bytes. `skipped`: the version exists with other content (--skip-duplicate). */
  status: 'published' | 'unchanged' | 'skipped' | 'dry_run';
  plugin_id: string;
  name: string;
  version: string;
  /** Of the archive. */
  sha256: string;
  bytes: number;
  base_url: string;
  namespace: string;
  feature_uri: string | null;
  /** With --deploy. */
  deployment: StatusDocument | null;
  stages: StageRecord[];
}

interface PublishFlags extends PythonFlags {
  plugin: string;
  secret?: string[] | undefined;
  'env-file'?: string | undefined;
  llm?: 'fake' | 'record' | 'replay' | undefined;
  yes: boolean;
}

export default class Publish extends HostCommand<Result> {
  static override summary = 'Lint, test, package and upload a plugin, and deploy it with --deploy';
  static override description =
    'Each stage must pass before the next begins; nothing is uploaded from a plugin with findings or failing tests. It may be run again at any time: bytes that the host has are left as they are. Waits for the deployment as plugin deploy does.';
  static override examples = ['<%= config.bin %> publish', '<%= config.bin %> publish --deploy', '<%= config.bin %> publish --dry-run', '<%= config.bin %> publish --deploy --batch-only --skip-duplicate --json'];
  static override flags = withEnv({
    plugin: Flags.string({ helpValue: 'DIR', char: 'p', description: "the plugin's folder", default: '.' }),
    deploy: Flags.boolean({ description: 'deploy it when it is uploaded' }),
    ...deployFlags,
    'dry-run': Flags.boolean({ description: 'do everything up to the upload, and say what would follow' }),
    'skip-tests': Flags.boolean({ description: 'do not run the tests' }),
    ...uploadFlags,
    secret: Flags.string({ helpValue: 'NAME', multiple: true, description: 'a secret for the tests: NAME (from the environment) or NAME=VALUE (repeatable)' }),
    'env-file': Flags.string({ aliases: ['secrets'], helpValue: 'FILE', description: 'a file of NAME=VALUE lines: secrets and environment of the tests' }),
    llm: Flags.option({ options: ['fake', 'record', 'replay'] as const, description: 'how calls of language models are answered in the tests' })(),
    ...pythonFlags,
    yes: Flags.boolean({ char: 'y', description: 'install missing native packages without asking' }),
    ...hostFlags,
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(Publish);
    const host = await this.connect(flags);
    const { baseUrl } = host.http.connection;
    const stages = this.ui.stages();
    // A wrong key is told before anything that takes time.
    await stages.run('host', async () => ({ result: await host.plugins(), note: `${baseUrl}, namespace ${host.namespace}` }));
    return withScratch(async (scratch) => {
      const packed = await this.prepare(flags, flags['skip-tests'], scratch, stages);
      const { plugin_id, name, version, description, sha256, bytes, archive } = packed;
      const facts = { plugin_id, name, version, sha256, bytes, base_url: baseUrl, namespace: host.namespace, stages: stages.ended };
      if (flags['dry-run']) return { result: { ...facts, status: await this.foresee(host, packed, flags['skip-duplicate']), feature_uri: null, deployment: null } };
      const { outcome, feature_uri } = await uploadStages(host, stages, this.ui, { file: archive, name, version, description, skipDuplicate: flags['skip-duplicate'] });
      const deploys = flags.deploy && outcome !== 'skipped';
      const deployment = deploys ? await deployStage(host, plugin_id, { batchOnly: flags['batch-only'], network: flags.network, wait: flags.wait, timeoutSeconds: flags.timeout }, stages, this.ui) : null;
      return { result: { ...facts, status: outcome === 'uploaded' ? 'published' : outcome, feature_uri, deployment } };
    });
  }

  /** Lint, tests, archive. @throws Failure `lint-findings`, `tests-failed`, and what packing throws */
  private async prepare(flags: PublishFlags, skipTests: boolean, scratch: string, stages: Stages): Promise<PackedPlugin> {
    const { findProject } = await import('../runtime/index.js');
    const { formatBytes } = await import('../archive/index.js');
    const { root } = findProject(flags.plugin);
    await stages.run('lint', async () => {
      const { summary } = await lintPlugin(root, (text) => this.ui.note(text), this.ui.theme.colour);
      return { result: summary, note: summary.warnings === 0 ? 'no findings' : plural(summary.warnings, 'warning') };
    });
    if (!skipTests) await stages.run('test', () => this.test(flags));
    return stages.run('package', async () => {
      const packed = await packPlugin(root, (manifest) => join(scratch, `${manifest.feature_extractor_name}-${manifest.version}.zip`), (line) => this.ui.note(line));
      for (const { file, message } of packed.warnings) this.ui.warn(printable(`${file}: ${message}`));
      return { result: packed, note: `${plural(packed.files.length, 'file')}, ${formatBytes(packed.bytes)}, sha256 ${packed.sha256.slice(0, 12)}` };
    });
  }

  /** What the tests say is shown where one fails, or with --verbose. */
  private async test(flags: PublishFlags): Promise<{ result: boolean; note: string }> {
    const said: string[] = [];
    const { ok, checks, tests } = await testPlugin({ ...flags, limit: 200, timeout: 120, 'allow-nulls': false }, this.ui, (text) => (said.push(text), this.ui.detail(text)));
    if (ok) return { result: ok, note: `${plural(checks.filter((check) => check.status === 'passed').length, 'check')}, ${plural(tests.passed, 'test')}` };
    if (!this.ui.verbose) this.ui.note(said.join('\n'));
    throw new Failure({ code: 'tests-failed', message: 'The tests failed; nothing was published.', why: 'A host would deploy what fails here.', next: 'Mend what is listed, then see it pass: plugin test', details: { checks, tests }, exitCode: ExitCode.findings });
  }

  /** What an upload would lead to. @throws Failure `version-exists` */
  private async foresee(host: Host, { plugin_id, sha256, name, version }: PackedPlugin, skip: boolean): Promise<Result['status']> {
    const known = await host.findPlugin(plugin_id);
    if (known === null || known.code_hash === sha256) return 'dry_run';
    const { versionExists } = await import('../client/index.js');
    const failure = await versionExists(host, { name, version, id: plugin_id });
    if (!skip) throw failure;
    this.ui.warn(`${failure.message} Nothing would be uploaded (--skip-duplicate).`);
    return 'dry_run';
  }

  protected render({ status, plugin_id: id, deployment, sha256 }: Result): string {
    const { theme } = this.ui;
    if (status === 'skipped') return '';
    if (status === 'dry_run') return [`${id} would be uploaded with sha256 ${sha256}. Nothing was sent.`, '', `${theme.dim('Next:')} Run it without --dry-run.`].join('\n');
    const next = deployment === null ? `plugin deploy ${id}` : deployment.status === 'DEPLOYED' ? `plugin invoke ${id} --inputs '{...}'` : `plugin status ${id}`;
    const told = `${id} ${status === 'unchanged' ? 'is unchanged' : 'is published'}${deployment === null ? '' : `, ${inWords(deployment)}`}.`;
    return [told, '', `${theme.dim('Next:')} ${next}`].join('\n');
  }
}
