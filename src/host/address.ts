/** Where a host listens. */
import { isIP } from 'node:net';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import type { buildApp } from './http/app.js';
import type { HostOptions } from './options.js';

type App = Awaited<ReturnType<typeof buildApp>>;

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/**
 * What a host may listen on, before anything is opened.
 *
 * @throws Failure `host-public-url`; `host-insecure` beyond loopback without TLS, or without keys
 */
export function checkAddress({ bind = '127.0.0.1', noAuth, tls, insecure, publicUrl }: HostOptions): void {
  if (publicUrl !== undefined && !isPublicUrl(publicUrl)) {
    throw new Failure({ code: 'host-public-url', message: `${JSON.stringify(publicUrl)} is not an address to reach a host at.`, why: 'The URLs for uploads and downloads would begin with it.', next: 'Write it like https://plugins.example.com.' });
  }
  if (loopback.test(bind)) return;
  if (noAuth) throw insecureHost('Without keys a host listens on loopback only.', 'Leave out --no-auth.');
  if (!tls && !insecure) throw insecureHost(`Listening on ${bind} without TLS would show keys and archives to the network.`, 'Give a certificate with --tls-cert and --tls-key, or say --insecure where something in front of it does TLS.');
}

function isPublicUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function insecureHost(message: string, next: string): Failure {
  return new Failure({ code: 'host-insecure', message, why: 'Whoever reaches the host could run plugins on it.', next });
}

/** @throws Failure `host-address` where port or address cannot be had; the app is closed then */
export async function listen(app: App, { bind = '127.0.0.1', port = 0 }: HostOptions): Promise<void> {
  try {
    await app.listen({ host: bind, port });
  } catch (error) {
    await app.close();
    if (systemCode(error) === undefined) throw error;
    throw new Failure({
      code: 'host-address',
      message: `The host cannot listen on ${bind}, port ${port}: ${messageOf(error)}`,
      why: 'Nobody could reach it.',
      next: systemCode(error) === 'EADDRINUSE' ? 'Stop what uses the port, or name another one with --port.' : 'Name another address or port.',
      cause: error,
    });
  }
}

/** Where an app listens, as a URL. */
export function addressOf(app: App, { bind = '127.0.0.1', tls }: HostOptions): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `${tls ? 'https' : 'http'}://${isIP(bind) === 6 ? `[${bind}]` : bind}:${port}`;
}
