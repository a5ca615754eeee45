import { expect, test } from 'vitest';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import type { HealthCheck } from './health.ts';

async function readiness(checks: HealthCheck[]) {
  const app = await createTestHttpServer(() => {}, { checks });
  const answer = await app.inject('/health/ready');
  return [answer.statusCode, answer.json()];
}

const ok: HealthCheck = { name: 'proxy', check: async () => ({ state: 'ok' }) };

test('a server whose parts are well is ready, also with one that limps', async () => {
  const limping: HealthCheck = { name: 'runtime', check: async () => ({ state: 'degraded', detail: 'no isolation' }) };
  expect(await readiness([ok])).toEqual([200, { status: 'ok', checks: [{ name: 'proxy', state: 'ok' }] }]);
  expect(await readiness([ok, limping])).toEqual([
    200,
    {
      status: 'degraded',
      checks: [
        { name: 'proxy', state: 'ok' },
        { name: 'runtime', state: 'degraded', detail: 'no isolation' },
      ],
    },
  ]);
});

test('a server with a part that fails is not ready, and keeps the cause to itself', async () => {
  const failing: HealthCheck = {
    name: 'database',
    check: async () => {
      throw new Error('password of host db1 is wrong');
    },
  };
  expect(await readiness([failing, ok])).toEqual([
    503,
    {
      status: 'failed',
      checks: [
        { name: 'database', state: 'failed', detail: 'cannot be reached' },
        { name: 'proxy', state: 'ok' },
      ],
    },
  ]);
});

test('requests are counted by route, never by path', async () => {
  const app = await createTestHttpServer(() => {});
  await app.inject('/health');
  await app.inject('/no/such/path');
  const { body } = await app.inject('/metrics');
  expect(body).toContain('davit_http_request_duration_seconds_count{method="GET",route="/health",status="200"} 1');
  expect(body).toContain('route="unmatched",status="404"} 1');
  expect(body).toContain('davit_process_resident_memory_bytes');
  expect(body).not.toContain('/no/such/path');
});
