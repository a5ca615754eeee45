import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

const program = fileURLToPath(new URL('../../../../.cache/tools/buildkit-0.26.3/buildkitd', import.meta.url));

/** The folder that holds `buildctl`. */
export const buildctlFolder = dirname(program);

/** A real buildkitd of a test's own. */
export interface BuildkitDaemon extends AsyncDisposable {
  /** For BUILDKIT_ADDRESS. */
  readonly address: string;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/**
 * @param mirror the registry on loopback that stands for Docker Hub
 * @param plain registries on loopback that speak no TLS
 */
export async function startBuildkitDaemon(mirror: string, ...plain: string[]): Promise<BuildkitDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-buildkit-'));
  const port = await freePort();
  const registries = `[registry."docker.io"]\n  mirrors = ["${mirror}"]\n${[mirror, ...plain].map((host) => `[registry."${host}"]\n  http = true\n`).join('')}`;
  await writeFile(
    join(folder, 'buildkitd.toml'),
    `root = "${folder}/root"\n${registries}[worker.containerd]\n  enabled = false\n`,
  );
  const address = `tcp://127.0.0.1:${port}`;
  const log = await open(join(folder, 'log'), 'a');
  const child = spawn(program, ['--config', join(folder, 'buildkitd.toml'), '--addr', address], {
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder },
  });
  await log.close();
  const gone = once(child, 'exit');
  const dispose = async () => {
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const said = await readFile(join(folder, 'log'), 'utf8');
      await dispose();
      throw new Error(`buildkitd did not start:\n${said.slice(-4000)}`);
    }
    await sleep(50);
  }
  return { address, [Symbol.asyncDispose]: dispose };
}
