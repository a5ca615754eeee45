/**
 * What it costs to find the credential for a manifest: the look-up and the decryption, against a bare `SELECT 1` on the same pool, in
 * turn. `node bench/credentials/resolve.ts [rounds]`
 */
import { credentialSamples } from '../../packages/server/test/support/credential-samples.ts';
import { createTestCredentials } from '../../packages/server/test/support/test-credentials.ts';
import { createBenchDatabase } from '../runs/bench-database.ts';
import { percentile, table } from '../runs/statistics.ts';

const rounds = Number(process.argv[2] ?? 5000);
const warmUp = 500;
const perProvider = 200;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

await using database = await createBenchDatabase();
const { credentials, resolver, actor, organizationId } = await createTestCredentials(database);
const { aws, civo } = credentialSamples;
await credentials.create(actor, { name: 'prod', provider: 'aws', data: aws, labels: {} });
for (let index = 0; index < perProvider; index++)
  await credentials.create(actor, { name: `other-${index}`, provider: 'civo', data: civo, labels: {} });
await database.pool.query('analyze');

const request = { organizationId, provider: 'aws', environmentId: null, labels: {} } as const;
const figures = { bare: [] as number[], resolve: [] as number[] };
for (let round = 0; round < warmUp + rounds; round++) {
  const bare = await timed(() => database.pool.query('SELECT 1'));
  const resolve = await timed(() => resolver.resolve(request));
  if (round < warmUp) continue;
  figures.bare.push(bare);
  figures.resolve.push(resolve);
}

const [bare, resolve] = [percentile(figures.bare, 0.5), percentile(figures.resolve, 0.5)];
console.log(
  table(
    ['measured', 'p50', 'ratio', 'goal'],
    [
      ['`SELECT 1`', `${bare.toFixed(3)} ms`, '1', ''],
      ['a credential found and decrypted', `${resolve.toFixed(3)} ms`, (resolve / bare).toFixed(2), '≤ 3'],
    ],
  ),
);
process.exitCode = resolve / bare <= 3 ? 0 : 1;
