import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Logger } from '../../kernel/logger.ts';
import { keptFor } from './kept-for.ts';
import { route } from './route.ts';

export type HealthState = 'ok' | 'degraded' | 'failed';

/** One part that davit needs to be ready. `detail` is shown to everybody who asks. */
export interface HealthCheck {
  name: string;
  check(signal: AbortSignal): Promise<{ state: HealthState; detail?: string }>;
}

const CHECK_TIMEOUT_MS = 3_000;
/** Load balancers ask each second, from several places: they share a look. */
const KEPT_MS = 1000;

const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'failed']),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['ok', 'degraded', 'failed']),
        detail: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Readiness' });

async function runCheck(health: HealthCheck, logger: Logger) {
  const { name } = health;
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('timed out')), { once: true });
  });
  try {
    return { name, ...(await Promise.race([health.check(signal), late])) };
  } catch (error) {
    // The cause may name hosts and users: it is for the log, this answer is for everybody.
    logger.warn({ check: name, err: error }, 'a health check failed');
    return { name, state: 'failed' as const, detail: signal.aborted ? 'no answer in time' : 'cannot be reached' };
  }
}

/** `/health`: the process answers. `/health/ready`: it can also do its work; 503 when a check failed or it is stopping. */
export function registerHealth(
  app: FastifyInstance,
  checks: readonly HealthCheck[],
  isStopping: () => boolean,
  logger: Logger,
): void {
  const look = keptFor(KEPT_MS, () => Promise.all(checks.map((check) => runCheck(check, logger))));
  route(app, {
    method: 'GET',
    path: '/health',
    tag: 'health',
    summary: 'Whether the server is alive',
    operationId: 'getHealth',
    policy: { public: true, tries: 'free' },
    response: z.strictObject({ status: z.literal('ok') }),
    handle: async () => ({ status: 'ok' as const }),
  });
  route(app, {
    method: 'GET',
    path: '/health/ready',
    tag: 'health',
    summary: 'Whether the server can do its work, and the state of each part it needs',
    operationId: 'getReadiness',
    policy: { public: true, tries: 'open' },
    response: healthSchema,
    extraResponses: { 503: healthSchema },
    async handle({ reply }) {
      const results = [...(await look())];
      if (isStopping()) results.push({ name: 'server', state: 'failed', detail: 'stopping' });
      const has = (state: HealthState) => results.some((result) => result.state === state);
      const status = has('failed') ? 'failed' : has('degraded') ? 'degraded' : 'ok';
      if (status === 'failed') reply.code(503);
      return { status, checks: results };
    },
  });
}
