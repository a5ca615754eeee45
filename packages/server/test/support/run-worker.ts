import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './run-engines.ts';

interface WorkerEvent {
  event: string;
  worker: string;
  runId: string;
  attempt: number;
  detail?: string;
}

/** A server process of its own, with a run engine, that a test may kill or freeze. */
export interface WorkerProcess {
  /** Waits until it has told of this. */
  told(event: string): Promise<WorkerEvent>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  exited(): Promise<void>;
}

const script = fileURLToPath(new URL('./run-worker-process.ts', import.meta.url));

/** Starts worker processes, and ends them with the test. */
export function startWorkers(connectionString: string) {
  const children: ChildProcess[] = [];

  async function exited(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  return {
    async start(name: string): Promise<WorkerProcess> {
      const env = { ...process.env, TEST_DATABASE_URL: connectionString, TEST_WORKER: name };
      const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const events: WorkerEvent[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as WorkerEvent));
      const told = (event: string) =>
        until(`${name} tells "${event}"`, () => events.find((one) => one.event === event));
      await told('ready');
      return { told, signal: (signal) => void child.kill(signal), exited: () => exited(child) };
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map(exited));
    },
  };
}
