/** The address of a host. */
import { Failure } from '../errors/index.js';

/** The service's public address, for keys that came under the service's own variable. */
export const SERVICE_URL = 'https://api.mixpeek.com';

/**
 * The address as it is stored and used: no path, no end slash. `/v1` at its end is taken off, because examples write both.
 * @throws Failure `base-url-invalid`; `insecure-url` for plain HTTP to another machine, unless `insecure`
 */
export function checkBaseUrl(text: string, insecure = false): string {
  const url = read(text);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !insecure) {
    throw new Failure({
      code: 'insecure-url',
      message: `${url.origin} is not encrypted.`,
      why: 'Whoever is on the way could read the key and change the plugin.',
      next: `Use https://${url.host}, or accept it with --insecure.`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
}

function read(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text.trim());
  } catch {
    // Told below, together with addresses of another kind.
  }
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '') return url;
  throw new Failure({
    code: 'base-url-invalid',
    // A name or password in it must not be shown.
    message: url === undefined ? `${JSON.stringify(text)} is not the address of a host.` : `An address such as ${url.protocol}//${url.host} is no address of a host, or says too much.`,
    why: 'A host is an http or https address without user name, query or fragment.',
    next: 'Write it like https://plugins.example.com or http://127.0.0.1:8700.',
  });
}

/** Whether a host name is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
