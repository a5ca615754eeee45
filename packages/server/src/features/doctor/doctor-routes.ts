import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { type Finding, findingSchema, findingStates, worstOf } from './finding.ts';

/** `/v1/platform/doctor`: what `davit admin doctor` finds, as the server sees it. */
export function registerDoctorRoutes(
  app: FastifyInstance,
  { examine }: { readonly examine: () => Promise<Finding[]> },
): void {
  route(app, {
    method: 'GET',
    path: '/v1/platform/doctor',
    tag: 'platform',
    operationId: 'examinePlatform',
    summary: 'Look at everything that the platform needs, and say how to mend what is wrong',
    policy: { role: 'viewer', scope: 'admin', operator: true },
    response: z
      .strictObject({ state: z.enum(findingStates), findings: z.array(findingSchema) })
      .meta({ id: 'DoctorReport' }),
    async handle() {
      const findings = await examine();
      return { state: worstOf(findings), findings };
    },
  });
}
