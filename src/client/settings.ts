/** Which host, which key, which namespace: from flags, environment and profiles. Pure. */
import { Failure } from '../errors/index.js';
import { checkBaseUrl, SERVICE_URL } from './base-url.js';
import type { Profiles } from './credentials.js';

/** As given; flags include their own environment variables. */
export interface Given {
  profile?: string | undefined;
  baseUrl?: string | undefined;
  namespace?: string | undefined;
  insecure?: boolean | undefined;
}

export interface Settings {
  baseUrl: string;
  apiKey: string | null;
  namespace: string;
  /** The profile that was used, or null. */
  profile: string | null;
  /** Where the key is from, in words; `none` where there is no key. */
  keyFrom: string;
}

export const DEFAULT_PROFILE = 'default';
/** What our hosts call their first namespace. */
export const DEFAULT_NAMESPACE = 'default';

/**
 * A key goes only to the host it was given for: that of a profile to the profile's address, that of the service's
 * variables to theirs or to the service, and one of ours to whatever address is named.
 * @throws Failure `not-logged-in`, `no-such-profile`, and what `checkBaseUrl` throws
 */
export function resolveSettings(given: Given, env: NodeJS.ProcessEnv, profiles: Profiles): Settings {
  const theirs = { url: env['MIXPEEK_BASE_URL'] || env['MIXPEEK_API_URL'], key: env['MIXPEEK_API_KEY'], namespace: env['MIXPEEK_NAMESPACE'] || env['MIXPEEK_NAMESPACE_ID'] };
  const ours = env['PLUGSMITH_API_KEY'];
  const name = given.profile ?? DEFAULT_PROFILE;
  const saved = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (given.profile !== undefined && saved === undefined) throw noSuchProfile(name, Object.keys(profiles));
  const use = (url: string, apiKey: string | null, keyFrom: string, namespace: string | undefined, profile: string | null, insecure = false): Settings => ({
    baseUrl: checkBaseUrl(url, given.insecure || insecure), apiKey, keyFrom: apiKey === null ? 'none' : keyFrom, profile, namespace: given.namespace ?? namespace ?? DEFAULT_NAMESPACE,
  });
  if (given.profile === undefined && ours) {
    const url = given.baseUrl ?? theirs.url ?? saved?.base_url;
    if (url === undefined) throw notLoggedIn('There is a key in PLUGSMITH_API_KEY, but no address.', 'Give it with --base-url or PLUGSMITH_BASE_URL.');
    return use(url, ours, 'PLUGSMITH_API_KEY', theirs.namespace, null);
  }
  if (given.profile === undefined && theirs.key) return use(given.baseUrl ?? theirs.url ?? SERVICE_URL, theirs.key, 'MIXPEEK_API_KEY', theirs.namespace, null);
  const url = given.baseUrl ?? (given.profile === undefined ? theirs.url : undefined);
  if (url === undefined) {
    if (saved === undefined) throw notLoggedIn('There is no host to talk to.', 'Log in: plugin login. A host of your own starts with: plugin host start');
    return use(saved.base_url, saved.api_key, `profile ${name}`, saved.namespace, name, saved.insecure);
  }
  const known = [name, ...Object.keys(profiles)].find((each) => profiles[each] !== undefined && isSameHost(profiles[each].base_url, url));
  const match = known === undefined ? undefined : profiles[known];
  return match === undefined || known === undefined ? use(url, null, 'none', theirs.namespace, null) : use(url, match.api_key, `profile ${known}`, match.namespace, known, match.insecure);
}

function isSameHost(a: string, b: string): boolean {
  return checkBaseUrl(a, true) === checkBaseUrl(b, true);
}

function notLoggedIn(message: string, next: string): Failure {
  return new Failure({ code: 'not-logged-in', message, why: 'The command works on a host.', next });
}

function noSuchProfile(name: string, known: string[]): Failure {
  return new Failure({ code: 'no-such-profile', message: `There is no profile ${name}.`, why: 'Profiles are made by plugin login.', next: known.length === 0 ? `Make it: plugin login --profile ${name}` : `Known profiles: ${known.join(', ')}. Make it: plugin login --profile ${name}`, details: { known } });
}
