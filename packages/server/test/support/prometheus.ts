import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

/** A real Prometheus that scrapes every second what the files in `targetsDir` name. */
export interface TestPrometheus {
  url: string;
  targetsDir: string;
  /** Begins to listen at {@link TestPrometheus.url}. */
  start(): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createTestPrometheus(): Promise<TestPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-prometheus-'));
  const targetsDir = join(folder, 'targets');
  const configuration = join(folder, 'prometheus.yml');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await mkdir(targetsDir);
  await writeFile(
    configuration,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        { job_name: 'davit', file_sd_configs: [{ files: [join(targetsDir, '*.json')], refresh_interval: '1s' }] },
      ],
    }),
  );
  let child: ChildProcess | undefined;

  async function stop(): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGTERM');
    await gone;
  }

  return {
    url,
    targetsDir,
    async start() {
      const argv = [
        `--config.file=${configuration}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ];
      child = spawn('prometheus', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
      const started = child;
      await once(started, 'spawn');
      await waitUntil('Prometheus is ready', async () => {
        if (started.exitCode !== null) throw new Error(`Prometheus ended with ${started.exitCode}`);
        return await fetch(`${url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      });
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
