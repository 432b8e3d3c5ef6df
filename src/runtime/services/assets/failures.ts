/** What can be wrong with a download, told without what an address may keep secret. */
import { Failure, messageOf, systemCode } from '../../../errors/index.js';
import { INNER_ADDRESS } from '../addresses.js';

/** An address for people: credentials and the values of a signed query are left out. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url.length > 200 ? `${url.slice(0, 197)}...` : url;
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?...'}`;
}

export function innerAddress(url: string): Failure {
  return new Failure({ code: 'asset-address', message: `${shownUrl(url)} is refused: it leads to an inner network.`, why: 'An uploaded plugin may reach public addresses only.', next: 'Put the file at a public address.', details: { url: shownUrl(url) } });
}

export function badScheme(url: string): Failure {
  const shown = shownUrl(url);
  const wrong = URL.canParse(url) ? `${new URL(url).protocol} is not supported` : 'it is not a URL';
  return new Failure({ code: 'asset-scheme', message: `${shown} cannot be fetched: ${wrong}.`, why: 'Assets come from http:, https: and s3: addresses, file: URLs and paths.', next: 'Use such an address; for others make a signed https: URL, or download the file first.', details: { url: shown } });
}

export function badStatus(url: string, status: number, attempts: number): Failure {
  const shown = shownUrl(url);
  const next = status === 401 || status === 403 ? 'It needs a login or a fresh signature; give an address that can be read as it is.' : status === 404 || status === 410 ? 'The file is gone; correct the address.' : 'Open the address in a browser, then run the failed rows again: plugin run --failed RUN';
  return new Failure({ code: 'asset-status', message: `${shown} was answered with status ${status}${attempts > 1 ? `, ${attempts} times` : ''}.`, why: 'Only status 200 brings the file.', next, details: { url: shown, status } });
}

export function tooManyRedirects(url: string, most: number): Failure {
  return new Failure({ code: 'asset-redirects', message: `${shownUrl(url)} redirects more than ${most} times.`, next: 'Use the address at which the file really is.', details: { url: shownUrl(url) } });
}

export function tooLarge(url: string, maxBytes: number): Failure {
  return new Failure({ code: 'asset-too-large', message: `${shownUrl(url)} is larger than ${maxBytes / 1e6} MB.`, why: 'One file must not fill the disk.', next: 'Use a smaller file, or download it yourself and give its path.', details: { url: shownUrl(url), maxBytes } });
}

export function tooSlow(url: string, seconds: number, what: 'stood still' | 'took longer'): Failure {
  const how = what === 'stood still' ? `no byte came for ${seconds} seconds` : `it took more than ${seconds} seconds`;
  return new Failure({ code: 'asset-slow', message: `${shownUrl(url)} could not be fetched: ${how}.`, why: 'Rows that need the file fail.', next: 'Run the failed rows again when the server is faster: plugin run --failed RUN', details: { url: shownUrl(url) } });
}

export function wrongDigest(url: string, wanted: string, found: string): Failure {
  return new Failure({ code: 'asset-checksum', message: `${shownUrl(url)} has other content than its address says: sha256 ${found}.`, why: `The address asks for sha256 ${wanted}.`, next: 'The file was changed or damaged; correct the address or the file.', details: { url: shownUrl(url), wanted, found } });
}

export function fetchFailed(url: string, error: unknown, attempts: number): Failure {
  if (systemCode(error) === INNER_ADDRESS) return innerAddress(url);
  const shown = shownUrl(url);
  return new Failure({
    code: 'asset-failed',
    message: `${shown} could not be fetched${attempts > 1 ? ` in ${attempts} attempts` : ''}: ${messageOf(error).replace(/\.?$/, '.')}`,
    why: 'Rows that need the file fail.',
    next: 'Check the address and the network, then run the failed rows again: plugin run --failed RUN',
    details: { url: shown },
    cause: error,
  });
}
