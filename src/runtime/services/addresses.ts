/** Which network addresses an untrusted plugin may not reach through us: everything that is not the public Internet. */
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const inner = new BlockList();
const ranges4 = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const;
// The last line leads to IPv4 addresses, some through a gateway. The first holds `::`, `::1` and `::127.0.0.1`.
const ranges6 = [
  ['::', 96], ['100::', 64], ['2001:db8::', 32], ['3fff::', 20], ['5f00::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
  ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2001::', 32], ['2002::', 16],
] as const;
for (const [net, prefix] of ranges4) inner.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of ranges6) inner.addSubnet(net, prefix, 'ipv6');

/** Whether an IP address is private, loopback, link-local, multicast or reserved. Mapped IPv4 addresses count as IPv4. */
export function isInner(address: string): boolean {
  return inner.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether the host of a URL is such an address written out. Names are checked when they are looked up. */
export function isInnerHost(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isInner(host);
}

/** Marks the error of `guardedLookup`; it comes back as the cause of a connection error. */
export const INNER_ADDRESS = 'PLUGSMITH_INNER_ADDRESS';

/** As `dns.lookup`, but fails where any address of a name is an inner one. The connection is made to what was checked. */
export const guardedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isInner(address))) {
      return done(Object.assign(new Error(`${host} is an address of an inner network`), { code: INNER_ADDRESS }), []);
    }
    if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  });
};
