import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to PostgreSQL over a port of its own that can be cut and mended, as a network can. */
export interface PostgresRelay {
  connectionString: string;
  /** Breaks every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** Lets new connections through again. */
  mend(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startPostgresRelay(connectionString: string): Promise<PostgresRelay> {
  const url = new URL(connectionString);
  const folder = url.searchParams.get('host');
  const target = url.searchParams.get('port') ?? url.port;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const postgres = folder ? connect(`${folder}/.s.PGSQL.${target}`) : connect(Number(target), url.hostname);
    client.pipe(postgres);
    postgres.pipe(client);
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        postgres.destroy();
        sockets.delete(socket);
      });
    }
  });
  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  async function cut(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  const port = await listen(0);
  const through = new URL(connectionString);
  through.search = '';
  through.host = `127.0.0.1:${port}`;
  return {
    connectionString: through.href,
    cut,
    async mend() {
      await listen(port);
    },
    [Symbol.asyncDispose]: cut,
  };
}
