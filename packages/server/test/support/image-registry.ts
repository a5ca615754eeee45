import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DockerEngine } from './docker-engine.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** A real registry of images with one user, on loopback, where an engine asks for no TLS. */
export interface ImageRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, for names of images. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Asks the registry as its user. */
  ask(method: string, path: string): Promise<Response>;
  /** Moves an image of an engine here, under a name of this registry: afterwards the engine has it no more. */
  move(engine: Pick<DockerEngine, 'docker'>, image: string, name: string): Promise<string>;
}

export interface ImageRegistryOptions {
  /** Without a user, anybody may pull and push: as a mirror that holds the base images of a test. */
  isOpen?: boolean;
  /** A random one by default. */
  password?: string;
}

const basic = (username: string, password: string) => Buffer.from(`${username}:${password}`).toString('base64');

/** @returns the address that it listens at */
async function writeConfiguration(folder: string, isOpen: boolean): Promise<string> {
  const address = `127.0.0.1:${await freePort()}`;
  const auth = { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  const configuration = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: address },
    ...(isOpen ? {} : { auth }),
  };
  // Every JSON document is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(configuration));
  return address;
}

/** Starts Debian's docker-registry in a folder of its own. */
export async function startImageRegistry({
  isOpen = false,
  password = `pw-${randomBytes(12).toString('hex')}"'$`,
}: ImageRegistryOptions = {}): Promise<ImageRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-registry-'));
  const username = 'robot$davit';
  // bcrypt looks at 72 bytes, and htpasswd takes few more.
  const { stdout } = await run('/usr/bin/htpasswd', ['-Bbn', username, password.slice(0, 72)]);
  await writeFile(join(folder, 'htpasswd'), stdout);
  const host = await writeConfiguration(folder, isOpen);
  const child = spawn('/usr/bin/docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', OTEL_TRACES_EXPORTER: 'none' },
  });
  const gone = once(child, 'exit');
  const ask = (method: string, path: string) =>
    fetch(`http://${host}${path}`, {
      method,
      headers: {
        authorization: `Basic ${basic(username, password)}`,
        accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
      },
    });
  const dispose = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  const answers = () =>
    ask('GET', '/v2/').then(
      ({ ok }) => ok,
      () => false,
    );
  const deadline = Date.now() + 30_000;
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await dispose();
      throw new Error('the registry did not start');
    }
    await sleep(50);
  }
  return {
    host,
    username,
    password,
    ask,
    async move(engine, image, name) {
      const login = join(folder, 'login');
      await mkdir(login, { recursive: true });
      await writeFile(
        join(login, 'config.json'),
        JSON.stringify({ auths: { [host]: { auth: basic(username, password) } } }),
      );
      const full = `${host}/${name}`;
      await engine.docker('tag', image, full);
      await engine.docker('--config', login, 'push', full);
      await engine.docker('rmi', full, image);
      return full;
    },
    [Symbol.asyncDispose]: dispose,
  };
}
