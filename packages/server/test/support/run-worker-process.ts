// A server process with nothing but a run engine, for tests that kill or freeze it.
import { silentLogger } from '../../src/kernel/logger.ts';
import { createDatabase } from '../../src/platform/db/database.ts';
import { createRunEngine } from '../../src/platform/runs/run-engine.ts';
import { createGatedKind } from './run-worker-kinds.ts';

const { TEST_DATABASE_URL: connectionString = '', TEST_WORKER: worker = '', TEST_LEASE_MS = '2000' } = process.env;
const report = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);
const leaseMs = Number(TEST_LEASE_MS);
const database = createDatabase({ connectionString, maxConnections: 5, minConnections: 0, maxLifetimeSeconds: 3600 });
const engine = createRunEngine({
  database,
  logger: silentLogger,
  concurrency: 4,
  kinds: [createGatedKind(worker, report)],
  ownerName: worker,
  settings: { leaseMs, renewEveryMs: leaseMs / 4, pollEveryMs: 500, outputLinesPerSecond: 1_000_000 },
});
process.on('SIGTERM', () => {
  void engine
    .stop(5_000)
    .then(() => database.close())
    .then(() => process.exit(0));
});
await engine.start();
report({ event: 'ready', worker, runId: '', attempt: 0 });
