import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Named in full: another client may sit first on PATH.
const dockerd = '/usr/sbin/dockerd';
const docker = '/usr/bin/docker';
const path = '/usr/sbin:/usr/bin:/sbin:/bin';
const files = fileURLToPath(new URL('../../../../.cache/tools/docker', import.meta.url));
const startTimeoutMs = 120_000;

/** A Docker engine of a test run's own, with the base images that the product asks for by their public names. */
export interface DockerEngine extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** What `docker …` prints. @throws with what it said when it fails */
  docker(...argv: string[]): Promise<string>;
  /** Ends the daemon, `kill -9` or as an operator would, and starts it again on what it kept. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Ends the daemon; `start` brings it back. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  start(): Promise<void>;
  /** Stops the daemon and its containerd where they stand: its socket takes connections, and nobody answers. Containers run on. */
  freeze(): Promise<void>;
  /** Lets them go on. */
  thaw(): void;
}

export interface DockerEngineOptions {
  /** Arguments of the daemon besides its own, such as `--insecure-registry`. */
  argv?: readonly string[];
  /** Where it keeps images and containers, on a disk of its own for instance; it is left there. Default a folder that goes with it. */
  dataFolder?: string;
  /** The network namespace it is in (ip-netns(8)), with a firewall of its own; default that of the machine. */
  namespace?: string | undefined;
}

/** A program and its arguments, in a network namespace where one is named. Not by `ip netns exec`: that hides /sys/fs/cgroup. */
const inNamespace = (namespace: string | undefined, [program = '', ...argv]: readonly string[]): [string, string[]] =>
  namespace === undefined ? [program, argv] : ['nsenter', [`--net=/run/netns/${namespace}`, program, ...argv]];

/** Makes a bridge on addresses that nothing on this machine uses: several daemons cannot share `docker0`. */
async function makeBridge(name: string, namespace: string | undefined): Promise<void> {
  const ip = (...argv: string[]) => run(...inNamespace(namespace, ['ip', ...argv]), { env: { PATH: path } });
  const { stdout: routes } = await ip('-4', 'route', 'show');
  for (;;) {
    const network = `10.${randomInt(64, 128)}.${randomInt(0, 256)}`;
    if (routes.includes(`${network}.`)) continue;
    await ip('link', 'add', 'name', name, 'type', 'bridge');
    await ip('addr', 'add', `${network}.1/24`, 'dev', name);
    await ip('link', 'set', name, 'up');
    return;
  }
}

async function importDebian(host: string): Promise<void> {
  const child = spawn(docker, ['-H', host, 'import', '--change', 'CMD ["bash"]', '-', 'debian:12'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  await pipeline(createReadStream(join(files, 'debian-12.tar')), child.stdin);
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error('the base image could not be imported');
}

async function loadImages(host: string, folder: string): Promise<void> {
  for (const name of ['debian-12.tar', 'node-24.tar']) {
    await access(join(files, name)).catch(() => {
      throw new Error(`${name} is not there: scripts/setup makes it`);
    });
  }
  await importDebian(host);
  const context = join(folder, 'node');
  await mkdir(context);
  await copyFile(join(files, 'node-24.tar'), join(context, 'node-24.tar'));
  await writeFile(join(context, 'Dockerfile'), 'FROM debian:12\nADD node-24.tar /\nCMD ["node"]\n');
  await run(docker, ['-H', host, 'build', '-q', '-t', 'node:24-slim', context], {
    env: { DOCKER_BUILDKIT: '0', HOME: folder },
  });
  await rm(context, { recursive: true });
  for (const name of ['debian:bookworm-slim', 'debian:12-slim', 'python:3.11-slim']) {
    await run(docker, ['-H', host, 'tag', 'debian:12', name]);
  }
}

/** A daemon that was killed leaves its folder mounted on itself. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const place of mounts.filter((mount) => `${mount}/`.startsWith(`${folder}/`)).toReversed())
    await run('umount', [place]);
}

/** Shims of containers that a killed daemon had begun and does not remember: what runs in them ends with them. */
async function killShimsOf(folder: string): Promise<void> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of ids) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('containerd-shim') || !command.includes(`${folder}/`)) continue;
    const children = await readFile(`/proc/${id}/task/${id}/children`, 'utf8').catch(() => '');
    for (const pid of [...children.split(' ').filter((each) => each !== ''), id]) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // ended meanwhile
      }
    }
  }
}

/** A daemon that ends leaves the rules for its own bridge in the firewall of the machine. */
async function removeRulesOf(bridge: string): Promise<void> {
  for (const table of ['filter', 'nat']) {
    const iptables = (...argv: string[]) => run('iptables', ['-w', '-t', table, ...argv], { env: { PATH: path } });
    const { stdout } = await iptables('-S');
    const rules = stdout.split('\n').map((line) => line.split(' '));
    for (const [, ...rule] of rules.filter((words) => words[0] === '-A' && words.includes(bridge)))
      await iptables('-D', ...rule);
  }
}

/** Starts an engine in a folder and on a bridge of its own; about ten seconds, most of them for the images. */
export async function startDockerEngine(options: DockerEngineOptions = {}): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-docker-'));
  const { argv = [], dataFolder = join(folder, 'data'), namespace } = options;
  const host = `unix://${join(folder, 'docker.sock')}`;
  // The kernel takes 15 letters.
  const bridge = `dvt${randomBytes(5).toString('hex')}`;
  let child: ChildProcess | undefined;

  const call = async (...words: string[]) =>
    (await run(docker, ['-H', host, ...words], { env: { HOME: folder, PATH: path }, maxBuffer: 64 * 1024 * 1024 }))
      .stdout;

  /** Of daemons that begin at once, all but one can fail over the chains of the firewall that each of them makes. */
  async function start(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await startOnce();
      } catch (error) {
        if (tries === 5 || !/Chain already exists|Chain '[\w-]+' does not exist/.test(String(error))) throw error;
      }
    }
  }

  async function startOnce(): Promise<void> {
    await using log = await open(join(folder, 'log'), 'a');
    const places = ['--data-root', dataFolder, '--exec-root', join(folder, 'exec')];
    const own = ['--pidfile', join(folder, 'pid'), '-H', host, '--bridge', bridge, ...places];
    child = spawn(...inNamespace(namespace, [dockerd, ...own, ...argv]), {
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: path },
    });
    const deadline = Date.now() + startTimeoutMs;
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const answers = await call('version').then(
        () => true,
        () => false,
      );
      if (answers) return;
      await sleep(50);
    }
    throw new Error(`dockerd did not start:\n${(await readFile(join(folder, 'log'), 'utf8')).slice(-4000)}`);
  }

  const containerdPidFile = join(folder, 'exec', 'containerd', 'containerd.pid');
  const frozen = new Set<number>();

  async function freeze(): Promise<void> {
    for (const pid of [child?.pid, Number(await readFile(containerdPidFile, 'utf8'))]) {
      if (pid === undefined) throw new Error('the engine does not run');
      process.kill(pid, 'SIGSTOP');
      frozen.add(pid);
    }
  }

  function thaw(): void {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    frozen.clear();
  }

  /** The daemon's containerd ends with it; where nobody reaps it, its number must not be taken for one that runs. */
  async function stopContainerd(): Promise<void> {
    const pid = Number(await readFile(containerdPidFile, 'utf8').catch(() => ''));
    if (pid === 0) return;
    const runs = async () => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(folder);
    if (await runs()) process.kill(pid, 'SIGTERM');
    while (await runs()) await sleep(50);
    await rm(containerdPidFile, { force: true });
  }

  async function stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    await stopContainerd();
  }

  /** More than once: one that is just being started or removed is refused. */
  async function removeContainers(): Promise<void> {
    for (let tries = 1; tries <= 20; tries += 1) {
      const containers = (await call('ps', '-aq').catch(() => '')).split('\n').filter((id) => id !== '');
      if (containers.length === 0) return;
      await call('rm', '-f', ...containers).catch(() => sleep(100));
    }
  }

  async function dispose(): Promise<void> {
    thaw();
    if (child !== undefined && (child.exitCode !== null || child.signalCode !== null)) await start().catch(() => {});
    await removeContainers();
    const networks = (await call('network', 'ls', '-q', '--filter', 'type=custom').catch(() => '')).split('\n');
    for (const id of networks.filter((each) => each !== '')) await call('network', 'rm', id).catch(() => {});
    await stop('SIGTERM');
    await killShimsOf(folder);
    await run(...inNamespace(namespace, ['ip', 'link', 'delete', bridge]), { env: { PATH: path } }).catch(() => {});
    // A namespace goes with its rules.
    if (namespace === undefined) await removeRulesOf(bridge);
    await unmountBelow(folder);
    await unmountBelow(dataFolder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    await makeBridge(bridge, namespace);
    await start();
    await loadImages(host, folder);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host,
    docker: call,
    start,
    stop,
    freeze,
    thaw,
    async restart(signal) {
      await stop(signal);
      await start();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
