import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { page } from '../../platform/http/pagination.ts';
import { route } from '../../platform/http/route.ts';
import { kindDetailSchema, kindModuleBody, kindName, kindSchema } from './kind.ts';
import type { KindService } from './kind-service.ts';

const params = z.strictObject({ kind: z.string().max(100) });
const ownParams = z.strictObject({ kind: kindName });
const manifestBody = z.strictObject({ manifest: z.string().max(2_000_000) }).meta({ id: 'ManifestText' });

const manifestOrder = z
  .strictObject({
    waves: z
      .array(z.array(z.strictObject({ kind: z.string(), name: z.string(), dependsOn: z.array(z.string()) })))
      .meta({ description: 'What can be deployed at once, then what needs it, and so on.' }),
  })
  .meta({ id: 'ManifestOrder' });

/** `/v1/kinds`, and what a manifest is without deploying it. */
export function registerKindRoutes(app: FastifyInstance, { kinds }: { kinds: KindService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/kinds',
    tag: 'infrastructure',
    operationId: 'listKinds',
    summary: 'List the kinds of cloud resource',
    policy: { role: 'viewer' },
    response: page(kindSchema),
    handle: async ({ principal }) => ({ items: await kinds.list(principal.organizationId), nextCursor: null }),
  });

  route(app, {
    method: 'GET',
    path: '/v1/kinds/:kind',
    tag: 'infrastructure',
    operationId: 'explainKind',
    summary: 'Get the fields of a kind with their defaults, its outputs and a sample',
    policy: { role: 'viewer' },
    params,
    response: kindDetailSchema,
    handle: ({ params: { kind }, principal }) => kinds.explain(principal.organizationId, kind),
  });

  route(app, {
    method: 'PUT',
    path: '/v1/kinds/:kind/module',
    tag: 'infrastructure',
    operationId: 'setKindModule',
    summary: 'Point a kind at a module of the organization’s own',
    policy: { role: 'admin' },
    params: ownParams,
    body: kindModuleBody,
    response: kindSchema,
    handle: ({ params: { kind }, body, principal }) => kinds.setModule(principal.organizationId, kind, body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/kinds/:kind/module',
    tag: 'infrastructure',
    operationId: 'deleteKindModule',
    summary: 'Forget the organization’s own module of a kind; what it deployed stays',
    policy: { role: 'admin' },
    params: ownParams,
    response: z.undefined(),
    status: 204,
    handle: ({ params: { kind }, principal }) => kinds.deleteModule(principal.organizationId, kind),
  });

  route(app, {
    method: 'POST',
    path: '/v1/manifests/validate',
    tag: 'infrastructure',
    operationId: 'validateManifest',
    summary: 'Check a manifest, of one or several documents, and say in which order they would be deployed',
    policy: { role: 'viewer' },
    body: manifestBody,
    bodyLimit: 2_100_000,
    response: manifestOrder,
    async handle({ body, principal }) {
      const waves = await kinds.readManifests(principal.organizationId, body.manifest);
      return {
        waves: waves.map((wave) =>
          wave.map(({ manifest, references }) => ({
            kind: manifest.kind,
            name: manifest.metadata.name,
            dependsOn: [...new Set(references.map(({ kind, name }) => `${kind}/${name}`))],
          })),
        ),
      };
    },
  });
}
