/** Owns the Unix socket of the embedded database: greets clients, cancels waiters and hands notifications to the connections that listen. */
import { randomInt } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { Backend } from './backend.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import type { Notification } from './protocol.ts';

/** A running server. */
export interface WireServer {
  /** Refuses new clients, drops the others and resolves once the socket is gone. */
  close(): Promise<void>;
}

/** Listens on a socket path. `settings` are the ParameterStatus values that every client is told. */
export async function serveWire(
  path: string,
  backend: Backend,
  settings: ReadonlyMap<string, string>,
): Promise<WireServer> {
  const connections = new Map<number, Connection>();
  const host: ConnectionHost = {
    backend,
    settings,
    cancel: (processId, secret) => connections.get(processId)?.cancelWith(secret),
    notify: (notifications) => deliver(connections, notifications),
    stillListened: (channel) => [...connections.values()].some((connection) => connection.channels.has(channel)),
  };
  let lastProcessId = 0;
  const server = createServer((socket: Socket) => {
    lastProcessId += 1;
    const processId = lastProcessId;
    const connection = new Connection(socket, host, { processId, secret: randomInt(1, 2 ** 31 - 1) });
    connections.set(processId, connection);
    socket.once('close', () => connections.delete(processId));
  });
  await listen(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections.values()) connection.stop();
      }),
  };
}

function deliver(connections: ReadonlyMap<number, Connection>, notifications: readonly Notification[]): void {
  for (const notification of notifications) {
    for (const connection of connections.values()) {
      if (connection.channels.has(notification.channel)) connection.send(notification.bytes);
    }
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
