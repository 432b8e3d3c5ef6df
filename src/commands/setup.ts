import { Args, Flags } from '@oclif/core';
import type { Installed } from '../native/index.js';
import { type Outcome, plural, PlugsmithCommand, withEnv } from '../ui/index.js';

interface Result {
  packages: Installed[];
}

export default class Setup extends PlugsmithCommand<Result> {
  static override summary = 'Install the native modules that models, search and images need';
  static override description =
    'Installs pinned versions into the cache folder (PLUGSMITH_CACHE_DIR), with install scripts off. Modules that already work are left alone. Asks first on a terminal; elsewhere it needs --yes.';
  static override examples = ['<%= config.bin %> setup onnx --yes'];
  static override args = {
    module: Args.string({ options: ['onnx', 'sharp', 'all'], default: 'all', description: 'which module: onnx (models and search), sharp (images)' }),
  };
  static override flags = withEnv({ yes: Flags.boolean({ char: 'y', description: 'do not ask' }) });

  protected async execute(): Promise<Outcome<Result>> {
    const { args, flags } = await this.parse(Setup);
    const { installNative, nativeNames, nativeStatus, pinnedVersion, setupTarget } = await import('../native/index.js');
    const wanted = nativeNames.filter((name) => args.module === 'all' || setupTarget(name) === args.module);
    const packages: Installed[] = [];
    for (const name of wanted) {
      const known = await nativeStatus(name);
      const fine = known.state === 'ok';
      const agreed = fine || flags.yes || (await this.ui.confirm(`Install ${name}@${pinnedVersion(name)} from the npm registry?`, { default: true, flag: '--yes' }));
      if (!agreed) continue;
      if (!fine) this.ui.note(`Installing ${name}@${pinnedVersion(name)} ...`);
      packages.push(await installNative(name, { onLine: (line) => this.ui.detail(line) }));
    }
    return { result: { packages } };
  }

  protected render({ packages }: Result): string {
    const lines = packages.map(({ name, version, path, installed }) => `${name} ${version}: ${installed ? 'installed' : 'already works'}  ${this.ui.theme.dim(path)}`);
    return [...lines, `${plural(packages.length, 'module')} ready.`].join('\n');
  }
}
