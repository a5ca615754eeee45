import { request } from 'node:http';

export interface Visit {
  status: number;
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

/** Opens a service's address as a browser would: names below `localhost` lead to this machine, whatever its resolver says. */
export function visit(
  url: string,
  path = '/',
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Visit> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port,
      path,
      method: options.method ?? 'GET',
      agent: false,
      headers: { host: `${hostname}:${port}`, ...options.headers },
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        }),
      );
    });
    call.end(options.body);
  });
}
