/** What a rule that compares a plugin's code with its manifest is given, and what it gives. */
import type { ModuleFact } from './facts/index.js';
import type { Place, Report, RuleMeta } from './rule.js';

export interface PluginFile {
  /** Absolute. */
  path: string;
  module: ModuleFact;
}

export interface PluginFacts {
  /** The manifest's path, absolute. */
  manifest: string;
  /** Where something stands in the manifest, or the nearest thing around it; null for the file as a whole. */
  placeOf(path: readonly (string | number)[]): Place | null;
  /** Names of the declared features, in order; null when they cannot be read from the text. */
  features: string[] | null;
  /** The file with the steps, if there is one that can be read. */
  pipeline: PluginFile | null;
  /** The file with the realtime service, if there is one that can be read. */
  realtime: PluginFile | null;
  /** Keys of input_schema; null when there is none, and when they cannot all be read from the text. */
  inputs: string[] | null;
  /** The one key of input_schema that is required: rows have its value in the column `data`. */
  content: string | null;
  /** Keys of output_schema that every row has; null when they cannot all be read from the text. */
  outputs: string[] | null;
  /** supported_input_types; null when they cannot be read from the text. */
  inputTypes: string[] | null;
  /** dependencies, empty where there are none; null when they cannot be read from the text. */
  dependencies: string[] | null;
  /** The code of the plugin, tests excepted; null when a file of it cannot be read, or is of another language. */
  files: PluginFile[] | null;
}

/** A finding in one of the plugin's files. */
export type PluginReport = Report & { at: Place | null; file: string };

/** A rule that reads a whole plugin folder: its manifest and the facts of its files. */
export interface PluginRule {
  meta: RuleMeta;
  check(plugin: PluginFacts): PluginReport[];
}
