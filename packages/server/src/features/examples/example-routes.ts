import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { uploadSchema } from '../uploads/index.ts';
import { exampleSchema } from './example.ts';
import type { ExampleService } from './example-service.ts';

/** `/v1/examples`: applications to try davit with. */
export function registerExampleRoutes(app: FastifyInstance, { examples }: { examples: ExampleService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/examples',
    tag: 'examples',
    operationId: 'listExamples',
    summary: 'List the applications that come with davit',
    policy: { role: 'viewer' },
    response: z.array(exampleSchema),
    handle: () => examples.list(),
  });

  route(app, {
    method: 'POST',
    path: '/v1/examples/:name/uploads',
    tag: 'examples',
    operationId: 'uploadExample',
    summary: 'Make an upload of an example, to be deployed like one of your own',
    policy: { role: 'developer' },
    params: z.strictObject({ name: z.string() }),
    response: uploadSchema,
    status: 201,
    handle: ({ params: { name }, principal }) => examples.upload(principal, name),
  });
}
