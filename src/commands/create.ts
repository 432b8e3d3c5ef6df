import { Args, Flags } from '@oclif/core';
import { formatTable, indent, type Outcome, PlugsmithCommand, withEnv } from '../ui/index.js';

interface Created {
  name: string;
  template: string;
  /** Absolute path of the new folder. */
  path: string;
  files: { path: string; bytes: number }[];
  next_steps: string[];
  dry_run: boolean;
}

interface Listed {
  templates: { name: string; description: string }[];
}

export default class Create extends PlugsmithCommand<Created | Listed> {
  static override summary = 'Make a new plugin from a template';
  static override description =
    'The new plugin works at once: it comes with a model, samples and tests. One in TypeScript needs no npm install; one in Python gets its environment at the first run. Works offline, and never overwrites anything. On a terminal it asks for what was not given.';
  static override examples = ['<%= config.bin %> create my_extractor', '<%= config.bin %> create my_extractor --template text --dry-run', '<%= config.bin %> create my_extractor --language python', '<%= config.bin %> create --list'];
  static override args = { name: Args.string({ description: 'name of the plugin: a letter, then letters, digits or underscores' }) };
  static override flags = withEnv({
    language: Flags.option({ options: ['typescript', 'python'] as const, default: 'typescript', description: 'what the plugin is written in' })(),
    template: Flags.string({ helpValue: 'NAME', char: 't', description: 'what to start from (see --list); text unless told' }),
    dir: Flags.string({ helpValue: 'DIR', description: 'the new folder; ./NAME unless told' }),
    'dry-run': Flags.boolean({ description: 'list the files and write nothing' }),
    list: Flags.boolean({ description: 'list the templates' }),
  });

  private tree = '';
  private folder = '';

  protected async execute(): Promise<Outcome<Created | Listed>> {
    const { args, flags } = await this.parse(Create);
    const { renderTree } = await import('../archive/index.js');
    const { checkPlace, createPlugin, listTemplates, nextSteps, planCreate, shownFolder } = await import('../scaffold/index.js');
    const templates = (await listTemplates(flags.language)).map(({ name, description }) => ({ name, description }));
    if (flags.list) return { result: { templates } };
    const name = args.name ?? (await this.askName());
    await checkPlace({ name, language: flags.language, targetDir: flags.dir });
    const template = flags.template ?? (await this.chooseTemplate(templates));
    const plan = await planCreate({ name, template, language: flags.language, targetDir: flags.dir });
    // An editor that is opened before the first command shows no errors then.
    if (!flags['dry-run']) await createPlugin(plan, flags.language === 'typescript' ? (await import('../runtime/index.js')).syncTypes : undefined);
    const files = plan.files.map(({ path, bytes }) => ({ path, bytes: bytes.byteLength }));
    this.tree = renderTree(files, Infinity);
    this.folder = shownFolder(plan.root);
    return { result: { name, template: plan.template, path: plan.root, files, next_steps: nextSteps(plan), dry_run: flags['dry-run'] === true } };
  }

  private async askName(): Promise<string> {
    const { namePattern } = await import('../manifest/index.js');
    const { suggestName } = await import('../scaffold/index.js');
    const validate = (value: string): true | string => namePattern.test(value) || `A letter, then 2 to 63 letters, digits or underscores${value === '' ? '' : `, for example ${suggestName(value)}`}.`;
    return this.ui.ask('What is the plugin called?', { flag: 'plugin create NAME', validate });
  }

  /** Asks only where there is a choice and somebody to make it: a name alone is enough in a script. */
  private async chooseTemplate(templates: Listed['templates']): Promise<string | undefined> {
    if (templates.length < 2 || !this.ui.interactive().interactive) return undefined;
    return this.ui.select('What to start from?', { flag: '--template NAME', choices: templates.map(({ name, description }) => ({ value: name, description })) });
  }

  protected render(result: Created | Listed): string {
    if ('templates' in result) return formatTable([{ title: 'template' }, { title: 'what it is' }], result.templates.map(({ name, description }) => [name, description]));
    const { theme } = this.ui;
    const { name, template, next_steps: steps, dry_run: dryRun } = result;
    const head = dryRun ? `${name}, from the template ${template}, would be made in ${this.folder}:` : `${theme.good('Made')} ${theme.bold(name)} from the template ${template} in ${this.folder}:`;
    const next = dryRun ? 'Nothing was written. Run it without --dry-run to make the plugin.' : `Next:\n${indent(steps.join('\n'), 2)}`;
    return [head, indent(this.tree, 2), next].join('\n\n');
  }
}
