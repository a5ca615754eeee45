import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A proxy such as companies have: it opens what is encrypted, with a certificate of an authority of its own. */
export interface CompanyProxy extends AsyncDisposable {
  url: string;
  /** PEM of the authority. */
  authorityFile: string;
  /** Addresses that were asked for by those who trust it; nothing is there. */
  readonly asked: string[];
}

/** Answers for one host. */
export async function startCompanyProxy(host: string): Promise<CompanyProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-proxy-'));
  const [key, authorityFile] = [join(folder, 'key.pem'), join(folder, 'authority.pem')];
  const keyOptions = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  await promisify(execFile)('openssl', ['req', ...keyOptions, ...names, '-keyout', key, '-out', authorityFile]);

  const asked: string[] = [];
  const inside = createTlsServer({ key: await readFile(key), cert: await readFile(authorityFile) });
  inside.on('request', ({ headers, url }, response) => {
    asked.push(`https://${headers.host}${url}`);
    response.writeHead(404, { connection: 'close' }).end();
  });
  const proxy = createServer();
  proxy.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inside.emit('connection', socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    authorityFile,
    asked,
    async [Symbol.asyncDispose]() {
      proxy.close();
      inside.close();
      await rm(folder, { recursive: true });
    },
  };
}
