/** What can be wrong with a model of the hub. A token is never part of a message. */
import { Failure, messageOf } from '../../../errors/index.js';

export interface Wanted {
  repo: string;
  file: string;
  revision: string;
}

const shown = ({ repo, file }: Wanted): string => `${repo}/${file}`;
const details = (wanted: Wanted): Record<string, unknown> => ({ ...wanted });
const why = 'The plugin runs on this model.';

export function badName(wanted: Wanted, what: string): Failure {
  return new Failure({ code: 'hub-name', message: `${JSON.stringify(what)} cannot be the name of a model, a revision or a file of the hub.`, why, next: 'Write a model as ORG/NAME, a file as a path inside of it, and a revision as a branch, a tag or a commit.', details: details(wanted) });
}

export function isOffline(wanted: Wanted, folder: string): Failure {
  return new Failure({ code: 'hub-offline', message: `${shown(wanted)} (${wanted.revision}) is not in the cache, and nothing is downloaded offline.`, why, next: `Run it once with a network, without --offline and HF_HUB_OFFLINE; or put the model into ${folder}.`, details: details(wanted) });
}

export function unreachable(wanted: Wanted, endpoint: string, error: unknown): Failure {
  return new Failure({ code: 'hub-unreachable', message: `${shown(wanted)} is not in the cache, and ${endpoint} cannot be reached: ${messageOf(error)}`, why, next: 'Check the network and the proxy; another address of the hub is set with HF_ENDPOINT.', details: { ...details(wanted), endpoint }, cause: error });
}

/** @param code what the hub says in `X-Error-Code` */
export function refused(wanted: Wanted, status: number, code: string | undefined, hasToken: boolean): Failure {
  const { repo, revision } = wanted;
  const make = (name: string, message: string, next: string): Failure => new Failure({ code: name, message, why, next, details: { ...details(wanted), status } });
  const login = hasToken ? 'Check that the token may read it' : 'Set HF_TOKEN to a token that may read it';
  if (code === 'GatedRepo') return make('hub-gated', `${repo} is open only to those who accepted its terms.`, `Accept them on the page of the model, then ${hasToken ? 'use the token of that account' : 'set HF_TOKEN to a token of that account'}.`);
  if (code === 'EntryNotFound') return make('hub-no-file', `${repo} has no file ${wanted.file} at ${revision}.`, 'Name another one: { file: "..." }. Models for Plugsmith are in ONNX, mostly in a folder onnx/.');
  if (code === 'RevisionNotFound') return make('hub-no-revision', `${repo} has no revision ${revision}.`, 'Name a branch, a tag or a commit that it has.');
  if (code === 'RepoNotFound' || status === 401 || status === 404) return make('hub-no-model', `There is no model ${repo} on the hub, or it is not public (status ${status}).`, `Check the name. ${login}, if it is private.`);
  if (status === 403) return make('hub-forbidden', `The hub does not let ${repo} be read (status 403).`, `${login}.`);
  return make('hub-answer', `The hub answered ${shown(wanted)} with status ${status}.`, 'Try again later.');
}

export function noHub(wanted: Wanted, endpoint: string): Failure {
  return new Failure({ code: 'hub-answer', message: `${endpoint} does not answer as the hub does: it names no commit and no checksum of ${shown(wanted)}.`, why: 'Without them the file could not be kept and checked.', next: 'Check HF_ENDPOINT, and what a proxy does to headers.', details: { ...details(wanted), endpoint } });
}

export function damaged(wanted: Wanted, etag: string, found: string): Failure {
  return new Failure({ code: 'hub-checksum', message: `${shown(wanted)} came damaged, twice: its checksum is ${found} instead of ${etag}.`, why: 'A damaged model gives wrong results, or none.', next: 'Try again later; a proxy or a mirror may change what it passes on.', details: { ...details(wanted), etag, found } });
}

export function tooLarge(wanted: Wanted, bytes: number, most: number): Failure {
  return new Failure({ code: 'hub-too-large', message: `With ${shown(wanted)} it would be ${(bytes / 1e6).toFixed(1)} MB; a plugin of others may download ${most / 1e6} MB in all.`, why: 'Models must not fill the disk.', next: 'Put the model into the plugin.', details: { ...details(wanted), bytes } });
}

export function notKept(wanted: Wanted, folder: string, error: unknown): Failure {
  return new Failure({ code: 'hub-cache', message: `${shown(wanted)} cannot be kept in ${folder}: ${messageOf(error)}`, why: 'Models are kept there for later runs and other programs.', next: 'Make room or make the folder writable, or set HF_HUB_CACHE to another one.', details: { ...details(wanted), folder }, cause: error });
}
