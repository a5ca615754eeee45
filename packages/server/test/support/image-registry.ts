import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerEngine } from './docker-engine.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

/** A registry of images with a password, on loopback, where an engine asks for no TLS. */
export interface ImageRegistry extends AsyncDisposable {
  /** For names of images. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Moves an image of an engine here, under a name of this registry: afterwards the engine has it no more. */
  move(engine: Pick<DockerEngine, 'docker'>, image: string, name: string): Promise<string>;
}

/** Starts Debian's `docker-registry`. */
export async function startImageRegistry(): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-registry-'));
  const [host, username, password] = [`127.0.0.1:${await freePort()}`, 'robot', 'a-password-of-this-test'];
  const htpasswd = execFileSync('htpasswd', ['-Bni', username], { input: password, encoding: 'utf8' });
  await writeFile(join(folder, 'htpasswd'), htpasswd);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await waitUntil(
    'the registry answers',
    async () => (await fetch(`http://${host}/v2/`).catch(() => undefined))?.status === 401,
  );
  const login = join(folder, 'login');
  await mkdir(login);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await writeFile(join(login, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return {
    host,
    username,
    password,
    async move(engine, image, name) {
      const full = `${host}/${name}`;
      await engine.docker('tag', image, full);
      await engine.docker('--config', login, 'push', full);
      await engine.docker('rmi', full, image);
      return full;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(registry, 'exit');
      registry.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
