/**
 * What the rate limit costs a request: the p50 over a kept-alive connection of a route that is counted, in PostgreSQL as several
 * servers do it, against the same route that is not. Requests alternate. Prints the table of bench/README.md.
 *
 *     node bench/http/rate-limit.ts
 */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { silentLogger } from '../../packages/server/src/kernel/logger.ts';
import { createHttpServer } from '../../packages/server/src/platform/http/http-server.ts';
import { bucketOfAddress } from '../../packages/server/src/platform/http/rate-buckets.ts';
import { createRateStore } from '../../packages/server/src/platform/http/rate-store.ts';
import { type Policy, route } from '../../packages/server/src/platform/http/route.ts';
import { createBenchDatabase } from '../runs/bench-database.ts';
import { percentile, table } from '../runs/statistics.ts';

const SAMPLES = 4_000;
const WARM_UP = 500;
const ALL = SAMPLES + WARM_UP;
const windowMs = 60 * 60_000;

type Server = Awaited<ReturnType<typeof createHttpServer>>;

function register(app: Server, name: string, policy: Policy): void {
  route(app, {
    method: 'GET',
    path: `/bench/${name}`,
    tag: 'bench',
    operationId: name,
    summary: 'Answers at once',
    policy,
    response: z.strictObject({ ok: z.boolean() }),
    handle: async () => ({ ok: true }),
  });
}

await using database = await createBenchDatabase();
const rateStore = createRateStore(database);

// The addresses are those that a proxy on this machine names.
const tokenField = 'x-bench-proxy';
const token = 'the proxy of this bench';

/** A server whose limit is so high that none is refused. */
async function start(requests: number) {
  const app = await createHttpServer({
    logger: silentLogger,
    authenticate: async () => null,
    rateLimit: { requests, windowMs },
    rateStore,
    forwarded: { networks: [], field: tokenField, tokens: () => [token] },
  });
  register(app, 'free', { public: true, tries: 'free' });
  register(app, 'counted', { public: true });
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function milliseconds(url: string, address: string): Promise<number> {
  const start = performance.now();
  const body = await new Promise<string>((resolve, reject) => {
    request(url, { agent, headers: { 'x-forwarded-for': address, [tokenField]: token } }, (answer) => {
      if (answer.statusCode === 200) text(answer).then(resolve, reject);
      else reject(new Error(`${url}: ${answer.statusCode}`));
    })
      .on('error', reject)
      .end();
  });
  if (body !== '{"ok":true}') throw new Error(body);
  return performance.now() - start;
}

// In the first half of a window tries are told in batches; in the second each one is asked for. Both have an address of their own,
// and of the second one more than half is gone before.
const addresses = { free: '192.0.2.1', early: '192.0.2.2', late: '192.0.2.3' };
const early = await start(ALL * 4);
const late = await start(ALL * 2 + 2);
await rateStore.add(new Map([[`requests:${bucketOfAddress(addresses.late)}`, ALL + 1]]), windowMs);
const urls = {
  free: `${early.url}/bench/free`,
  early: `${early.url}/bench/counted`,
  late: `${late.url}/bench/counted`,
};
const times: Record<keyof typeof urls, number[]> = { free: [], early: [], late: [] };
for (let sample = 0; sample < ALL; sample += 1) {
  for (const [name, url] of Object.entries(urls) as [keyof typeof urls, string][]) {
    const took = await milliseconds(url, addresses[name]);
    if (sample >= WARM_UP) times[name].push(took);
  }
}
agent.destroy();
await Promise.all([early.app.close(), late.app.close()]);

const free = percentile(times.free, 0.5);
const row = (measured: string, values: readonly number[]) => [
  measured,
  `${percentile(values, 0.5).toFixed(3)} ms`,
  `${percentile(values, 0.99).toFixed(2)} ms`,
  `${(percentile(values, 0.5) / free).toFixed(2)} times the time`,
];
console.log(
  table(
    ['a request', 'p50', 'p99', 'p50 to that of the bare route'],
    [
      row('of a route that is not counted', times.free),
      row('counted, in the first half of a window', times.early),
      row('counted, in the second half: asked of PostgreSQL', times.late),
    ],
  ),
);
