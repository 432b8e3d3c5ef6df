/** Names, versions and the identifiers made of them. */
import { Failure } from '../errors/index.js';

/** A plugin's name: a letter, then 2 to 63 letters, digits or underscores. */
export const namePattern = /^[a-zA-Z][a-zA-Z0-9_]{2,63}$/;

/** What can be read as a version: one to three whole numbers, with or without a `v` before them. */
export const versionPattern = /^v?(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(?:\.(0|[1-9]\d{0,8}))?$/;
const uriPattern = /^mixpeek:\/\/([^@/\s]+)@([^@/\s]+)(?:\/([^/\s]+))?$/;

/** The version as `X.Y.Z`, or undefined where it cannot be read as one. `v1`, `1`, `1.0` and `v2.1` are completed. */
export function readVersion(text: string): string | undefined {
  const match = versionPattern.exec(text);
  return match === null ? undefined : [match[1], match[2] ?? '0', match[3] ?? '0'].join('.');
}

/**
 * The version as `X.Y.Z`.
 * @throws Failure `version-invalid` for anything but one to three whole numbers, with or without a leading `v`.
 */
export function normaliseVersion(text: string): string {
  const version = readVersion(text);
  if (version !== undefined) return version;
  throw new Failure({
    code: 'version-invalid',
    message: `The version ${JSON.stringify(text)} is not of the form X.Y.Z.`,
    why: 'The version is part of the plugin id and of every feature URI, which take three whole numbers only.',
    next: 'Write three numbers, for example 1.0.0; suffixes such as -beta and a fourth number are not possible.',
  });
}

/** `my_plugin`, `v1` → `my_plugin_1_0_0`. @throws Failure `version-invalid` */
export function pluginId(name: string, version: string): string {
  return `${name}_${normaliseVersion(version).replaceAll('.', '_')}`;
}

/** `mixpeek://name@1.0.0`, with `/feature` when one is given. @throws Failure `version-invalid` */
export function featureUri(name: string, version: string, feature?: string): string {
  const plugin = `mixpeek://${name}@${normaliseVersion(version)}`;
  return feature === undefined ? plugin : `${plugin}/${feature}`;
}

/** The parts of a feature URI as written, or undefined when the text is not one. */
export function readFeatureUri(text: string): { name: string; version: string; feature: string | undefined } | undefined {
  const match = uriPattern.exec(text);
  return match === null ? undefined : { name: match[1] ?? '', version: match[2] ?? '', feature: match[3] };
}
