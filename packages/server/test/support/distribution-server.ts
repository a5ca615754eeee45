import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** A real registry of images on loopback, with one user. */
export interface ImageRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Asks the registry as its user. */
  ask(method: string, path: string): Promise<Response>;
}

export interface ImageRegistryOptions {
  /** Without a user, anybody may pull and push: as a mirror that holds the base images of a test. */
  isOpen?: boolean;
  /** A random one by default. */
  password?: string;
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
  const port = await freePort();
  const auth = isOpen ? '' : `auth:\n  htpasswd:\n    realm: test\n    path: ${folder}/htpasswd\n`;
  await writeFile(
    join(folder, 'config.yml'),
    `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${folder}/data\n  delete:\n    enabled: true\nhttp:\n  addr: 127.0.0.1:${port}\n${auth}`,
  );
  const child = spawn('/usr/bin/docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', OTEL_TRACES_EXPORTER: 'none' },
  });
  const gone = once(child, 'exit');
  const host = `127.0.0.1:${port}`;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const ask = (method: string, path: string) =>
    fetch(`http://${host}${path}`, {
      method,
      headers: {
        authorization,
        accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
      },
    });
  const dispose = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + 30_000;
  while (
    !(await ask('GET', '/v2/').then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await dispose();
      throw new Error('the registry did not start');
    }
    await sleep(50);
  }
  return { host, username, password, ask, [Symbol.asyncDispose]: dispose };
}
