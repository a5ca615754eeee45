import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { downloadRoute, route } from '../../platform/http/route.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { outputText } from './output-text.ts';
import { readOutputPage } from './read-output-page.ts';
import { outputOutline, outputPage, outputQuery } from './run.ts';

const params = z.strictObject({ id: z.string() });

/** The output of a run: its pages, their outline, and all of it as a file. */
export function registerOutputRoutes(app: FastifyInstance, { engine }: { engine: RunEngine }): void {
  route(app, {
    method: 'GET',
    path: '/v1/runs/:id/output',
    tag: 'runs',
    operationId: 'readRunOutput',
    summary: 'Read or search the output of a run, in order, forward from `after` or back from `before`',
    policy: { role: 'viewer' },
    params,
    query: outputQuery,
    response: outputPage,
    handle: ({ params: { id }, query, principal }) => readOutputPage(engine, principal.organizationId, id, query),
  });

  route(app, {
    method: 'GET',
    path: '/v1/runs/:id/output/outline',
    tag: 'runs',
    operationId: 'getRunOutputOutline',
    summary: 'Get how the output of a run is divided into steps, and the line where its failure begins',
    policy: { role: 'viewer' },
    params,
    response: outputOutline,
    handle: ({ params: { id }, principal }) => engine.readOutline(principal.organizationId, id),
  });

  downloadRoute(app, {
    path: '/v1/runs/:id/output/download',
    tag: 'runs',
    operationId: 'downloadRunOutput',
    summary: 'Download the whole output of a run as text',
    policy: { role: 'viewer' },
    params,
    async handle({ params: { id }, principal }) {
      const pages = await engine.readWholeOutput(principal.organizationId, id);
      return { fileName: `${id}.log`, text: outputText(pages) };
    },
  });
}
