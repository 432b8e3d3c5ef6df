/** Which plugin a command is about: the one that was named, or the one in the current folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import type { Host, PluginSummary } from '../../client/index.js';
import { ExitCode, Failure } from '../../errors/index.js';
import type { PluginManifest } from '../../manifest/index.js';
import type { Ui } from '../../ui/index.js';
import { pythonManifest } from './python-manifest.js';

/** One version of a plugin. */
export interface Target {
  id: string;
  name: string;
  version: string;
}

/** The argument that names it. */
export const pluginArg = {
  plugin: Args.string({ description: 'my_plugin, my_plugin@1.0.0, my_plugin_1_0_0 or a feature URI; the plugin in the current folder unless told' }),
};

/**
 * Which version is meant where only a name was given: `newest`, `deployed` (the newest of those that are, else the
 * newest), or `only` (there must be one).
 */
export type Choice = 'newest' | 'deployed' | 'only';

/** @throws Failure `reference-invalid`, `not-found`, `which-version`, and what reading the current folder throws */
export async function findTarget(text: string | undefined, host: Host, choice: Choice, ui: Ui): Promise<Target> {
  const { byVersion, idOf, readReference } = await import('../../client/index.js');
  const { name, version } = text === undefined ? await localPlugin('.', ui).catch(nameIt) : readReference(text);
  if (version !== null) return { id: idOf(name, version), name, version };
  const versions = (await host.plugins()).filter((plugin) => plugin.name === name).sort((a, b) => byVersion(a.version, b.version));
  const chosen = choose(versions, choice);
  if (chosen !== undefined && (choice !== 'only' || versions.length === 1)) {
    if (versions.length > 1) ui.note(`${name}: version ${chosen.version} of ${versions.length}`);
    return { id: chosen.plugin_id, name, version: chosen.version };
  }
  if (chosen !== undefined) {
    throw new Failure({ code: 'which-version', message: `${name} has ${versions.length} versions: ${versions.map((each) => each.version).join(', ')}.`, why: 'What this command does cannot be taken back, so it does not choose.', next: `Name one: ${name}@${chosen.version}` });
  }
  throw new Failure({ code: 'not-found', message: `There is no plugin ${name} in this namespace.`, why: 'The host serves plugins, but not this one.', next: 'See what there is: plugin list', exitCode: ExitCode.host });
}

/** Other commands take a folder; those that find their plugin here take its name. */
function nameIt(error: unknown): never {
  if (!(error instanceof Failure) || error.code !== 'not-a-plugin') throw error;
  throw new Failure({ code: error.code, message: error.message, why: 'Without a name, the plugin in the current folder is meant.', next: 'Name the plugin, such as my_plugin or my_plugin@1.0.0, or change into its folder. See what there is: plugin list', cause: error });
}

function choose(sorted: readonly PluginSummary[], choice: Choice): PluginSummary | undefined {
  const deployed = choice === 'deployed' ? sorted.filter((plugin) => plugin.deployed === true) : [];
  return deployed.at(-1) ?? sorted.at(-1);
}

/** Name and version of the plugin in a folder; its manifest is read, and only where that is not enough evaluated. @throws Failure `not-a-plugin`, `manifest-invalid` */
export async function localPlugin(folder: string, ui: Ui): Promise<{ name: string; version: string }> {
  const { bundlePlugin, evaluateManifest, findProject } = await import('../../runtime/index.js');
  const { normaliseVersion, readStatic } = await import('../../manifest/index.js');
  const project = findProject(folder);
  if (project.language === 'python') return identityOf(await pythonManifest(project.root, (line) => ui.note(line)));
  const { value } = await readStatic(readFileSync(join(project.root, project.manifest), 'utf8'), project.manifest).catch(() => ({ value: null }));
  const { feature_extractor_name: name, version } = (value ?? {}) as Record<string, unknown>;
  if (typeof name === 'string' && typeof version === 'string') return { name, version: normaliseVersion(version) };
  return identityOf(await evaluateManifest(project, await bundlePlugin(project)));
}

function identityOf({ feature_extractor_name: name, version }: PluginManifest): { name: string; version: string } {
  return { name, version };
}
