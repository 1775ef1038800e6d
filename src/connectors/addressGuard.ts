/** Owns which outside addresses a channel may reach: public ones on the web's ports, decided after the name is resolved and then pinned. */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError } from '../kernel/errors.ts';

/** Ports that a webhook may use, unless private addresses are allowed. */
const WEB_PORTS = new Set(['', '80', '443']);

/** An address that has passed, and the way to connect to exactly it. */
export interface PinnedAddress {
  readonly address: string;
  /** Answers every name with the address that was checked, so that a second answer of the name server changes nothing. */
  readonly lookup: LookupFunction;
}

/**
 * Resolves the host of an address and refuses one that leads inside: loopback, private, link-local, metadata, reserved.
 * @throws BAD_USER_INPUT naming what was found
 */
export async function pinPublicAddress(url: URL, options: { allowPrivate?: boolean } = {}): Promise<PinnedAddress> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(url, `its scheme is ${url.protocol}`);
  if (url.username !== '' || url.password !== '') throw refused(url, 'it holds a user name or password');
  if (!options.allowPrivate && !WEB_PORTS.has(url.port)) throw refused(url, `its port is ${url.port}`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(host, { all: true }).catch(() => []);
  const inner = found.find(({ address }) => !isPublic(address));
  if (inner && !options.allowPrivate) throw refused(url, `${host} leads to the inner address ${inner.address}`);
  const first = found[0];
  if (!first) throw new AppError('BAD_USER_INPUT', `The host ${host} cannot be resolved.`);
  const pinned: LookupFunction = (_name, lookupOptions, done) =>
    lookupOptions.all ? done(null, [first]) : done(null, first.address, first.family);
  return { address: first.address, lookup: pinned };
}

/** Whether an address is a public unicast one; an IPv4 address inside IPv6 is judged as what it is. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}

function refused(url: URL, why: string): AppError {
  return new AppError('BAD_USER_INPUT', `${url.host} is no address that actions may be sent to: ${why}.`, {
    hint: 'Use a public https address on port 443, or set WEBHOOK_ALLOW_PRIVATE=1 for one of your own network.',
  });
}
