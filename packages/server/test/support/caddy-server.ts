import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

type Json = Record<string, unknown>;

/** A Caddy of one's own, which an operator started with a site of theirs. */
export interface CaddyServer extends AsyncDisposable {
  adminUrl: string;
  httpPort: number;
  httpsPort: number;
  /** Settings for a platform that is to stand behind it. */
  environment: Readonly<Record<string, string>>;
  config(): Promise<Json>;
  /** Changes the configuration as a person with curl does. */
  change(method: 'PATCH' | 'DELETE' | 'POST', path: string, body?: unknown): Promise<void>;
  /** The operator's own site, which davit must leave alone. */
  askOwnSite(): Promise<string>;
  /** kill -9, and start as the operator's service manager does: with the operator's configuration only. */
  restart(): Promise<void>;
}

/** Starts it on free ports, with nothing of davit. */
export async function startCaddyServer(): Promise<CaddyServer> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-caddy-'));
  const [admin, own, httpPort, httpsPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const adminUrl = `http://127.0.0.1:${admin}`;
  const file = join(folder, 'own.json');
  const site = {
    listen: [`127.0.0.1:${own}`],
    routes: [{ handle: [{ handler: 'static_response', body: 'the operator’s own' }] }],
  };
  await writeFile(
    file,
    JSON.stringify({ admin: { listen: `127.0.0.1:${admin}` }, apps: { http: { servers: { operator: site } } } }),
  );
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn('caddy', ['run', '--config', file], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    await waitUntil(
      'Caddy answers',
      () =>
        fetch(`${adminUrl}/config/`).then(
          ({ ok }) => ok,
          () => false,
        ),
      30_000,
    );
  }

  async function end(): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    adminUrl,
    httpPort,
    httpsPort,
    environment: {
      PROXY: 'caddy',
      CADDY_ADMIN_URL: adminUrl,
      CADDY_HOST: '127.0.0.1',
      CADDY_HTTP_PORT: String(httpPort),
      CADDY_HTTPS_PORT: String(httpsPort),
    },
    config: async () => (await (await fetch(`${adminUrl}/config/`)).json()) as Json,
    async change(method, path, body) {
      const response = await fetch(`${adminUrl}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    askOwnSite: async () => await (await fetch(`http://127.0.0.1:${own}`)).text(),
    async restart() {
      await end();
      await start();
    },
    async [Symbol.asyncDispose]() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
