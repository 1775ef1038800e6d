/** Owns how the server takes its address, and what is said where it cannot. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AppError, toError } from '../kernel/errors.ts';

/** What a system says of an address that cannot be listened on, by the code of its error. */
const UNUSABLE_ADDRESS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not listen there; ports below 1024 often belong to the administrator',
  EADDRNOTAVAIL: 'the address is none of this machine',
  ENOTFOUND: 'the name is not known',
};

/** Listens and gives the port that was taken. @throws PORT_IN_USE; CONFIG_INVALID for an address that this machine does not have */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(toError(error), host, port);
  }
  return (app.server.address() as AddressInfo).port;
}

function listenError(cause: Error, host: string, port: number): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code === 'EADDRINUSE') {
    return new AppError('PORT_IN_USE', `Port ${port} is in use.`, {
      cause,
      hint: 'Stop the program that uses it, or choose another with --port or PORT.',
    });
  }
  const why = UNUSABLE_ADDRESS[code];
  if (why === undefined) return cause;
  return new AppError('CONFIG_INVALID', `HOST ${host} with PORT ${port} cannot be listened on: ${why}.`, {
    cause,
    hint: 'Set HOST to an address of this machine (127.0.0.1, or 0.0.0.0 for all) and PORT to a free port.',
  });
}
