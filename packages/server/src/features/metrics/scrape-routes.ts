import type { FastifyInstance, FastifyReply } from 'fastify';
import { exposeInstance, exposeRoutes, expositionType } from './exposition.ts';
import type { ScrapeTargets } from './scrape-targets.ts';
import type { UsageReader } from './usage-reader.ts';

export interface ScrapeRouteDependencies {
  reader: UsageReader;
  targets: ScrapeTargets;
}

interface ById {
  Params: { id: string };
}

/**
 * What the files in PROMETHEUS_TARGETS_DIR lead to. Prometheus brings no password; the ids in the paths have 80 random bits,
 * and nothing lists them but those files and answers to members (docs/adr/0014-metrics.md).
 */
export function registerScrapeRoutes(app: FastifyInstance, { reader, targets }: ScrapeRouteDependencies): void {
  const answer = (reply: FastifyReply, text: string | undefined) => {
    if (text === undefined) return reply.callNotFound();
    return reply.type(expositionType).send(text);
  };

  app.get<ById>('/metrics/instances/:id', { schema: { hide: true } }, async ({ params: { id } }, reply) => {
    const usage = (await reader.read()).instances.find(({ instanceId }) => instanceId === id);
    return answer(reply, usage && exposeInstance(usage));
  });

  app.get<ById>('/metrics/services/:id', { schema: { hide: true } }, async ({ params: { id } }, reply) => {
    const host = targets.hostOf(id);
    if (host === undefined) return answer(reply, undefined);
    const routes = (await reader.read()).routes.filter(({ owner }) => owner === id);
    return answer(reply, exposeRoutes(id, host, routes));
  });
}
