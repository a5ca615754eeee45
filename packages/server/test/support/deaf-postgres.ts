import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A way to PostgreSQL on which whoever says LISTEN hears nothing more: the connection looks alive, and every
 * notification on it is lost.
 */
export async function startDeafPostgres(connectionString: string) {
  const url = new URL(connectionString);
  const folder = url.searchParams.get('host');
  const port = url.searchParams.get('port') ?? url.port;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const postgres = folder ? connect(`${folder}/.s.PGSQL.${port}`) : connect(Number(port), url.hostname);
    let deaf = false;
    client.on('data', (data) => {
      postgres.write(data);
      // Its own answer still passes, since it comes before this is looked at again.
      if (data.includes('listen "')) setTimeout(() => (deaf = true), 100);
    });
    postgres.on('data', (data) => deaf || client.write(data));
    for (const socket of [client, postgres]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        postgres.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(connectionString);
  through.search = '';
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: through.href,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
