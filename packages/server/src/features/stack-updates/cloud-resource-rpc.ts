import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { CloudResourceService as CloudResourceServiceDescription } from '@davit/api/rpc';
import type { FastifyInstance } from 'fastify';
import { kernelErrors } from '../../kernel/app-error.ts';
import { toPage } from '../../platform/http/pagination.ts';
import { registerRpcService } from '../../platform/rpc/rpc-service.ts';
import type { CloudResourceService } from '../cloud-resources/index.ts';
import type { KindService } from '../kinds/index.ts';
import { pageOf, toUpdateMessage } from './stack-update-messages.ts';
import type { StackUpdateService } from './stack-update-service.ts';

type Resource = Awaited<ReturnType<CloudResourceService['get']>>;
type Detail = Awaited<ReturnType<CloudResourceService['getDetail']>>;

function toMessage(resource: Resource, outputs: Detail['outputs'] = []) {
  const { environmentId, drift } = resource;
  return {
    id: resource.id,
    kind: resource.kind,
    name: resource.name,
    stackFqdn: resource.stackFqdn,
    manifest: JSON.stringify(resource.manifest),
    deleting: resource.deleting,
    resourceCount: resource.resourceCount,
    pendingOperations: resource.pendingOperations,
    outputs: outputs.map(({ name, secret, value }) => ({ name, secret, value: secret ? '' : JSON.stringify(value) })),
    ...(environmentId !== null && { environmentId }),
    ...(drift !== null && {
      drift: { ...drift, checkedAt: timestampFromDate(drift.checkedAt) },
    }),
    createdAt: timestampFromDate(resource.createdAt),
    updatedAt: timestampFromDate(resource.updatedAt),
  };
}

/** `davit.v1.CloudResourceService`: the same services as behind REST, in the words of its messages. */
export function registerCloudResourceRpc(
  app: FastifyInstance,
  services: { cloudResources: CloudResourceService; stackUpdates: StackUpdateService; kinds: KindService },
): void {
  const { cloudResources, stackUpdates, kinds } = services;
  const look = { role: 'viewer' } as const;

  registerRpcService(app, CloudResourceServiceDescription, {
    applyCloudResource: {
      policy: { role: 'developer' },
      async handle({ message, principal }) {
        const { manifest, environmentId } = message;
        const found = await kinds.readManifests(principal.organizationId, manifest);
        if (found.flat().length !== 1) {
          const fields = [{ pointer: '/manifest', detail: 'expected one document; REST takes several at once' }];
          throw kernelErrors.INVALID_INPUT({ fields });
        }
        const { resources } = await cloudResources.apply(principal.organizationId, { manifest, environmentId });
        const [applied] = resources;
        if (applied === undefined) throw new Error('a manifest was applied, and nothing came of it');
        return { resource: toMessage(applied.resource), created: applied.created };
      },
    },
    getCloudResource: {
      policy: look,
      async handle({ message, principal }) {
        const { outputs, ...resource } = await cloudResources.getDetail(principal.organizationId, message.id);
        return { resource: toMessage(resource, outputs) };
      },
    },
    listCloudResources: {
      policy: look,
      async handle({ message, principal }) {
        const { limit, before } = pageOf(message.page);
        const kind = message.kind === '' ? undefined : message.kind;
        const name = message.name === '' ? undefined : message.name;
        const rows = await cloudResources.list(principal.organizationId, { limit: limit + 1, before, kind, name });
        const { items, nextCursor } = toPage(rows, limit, ({ id }) => id);
        return { resources: items.map((item) => toMessage(item)), nextCursor: nextCursor ?? '' };
      },
    },
    deleteCloudResource: {
      policy: { role: 'admin' },
      async handle({ message, principal }) {
        if (!message.orphan) return { update: toUpdateMessage(await stackUpdates.delete(principal, message.id)) };
        await stackUpdates.orphan(principal, message.id);
        return {};
      },
    },
    listKinds: {
      policy: look,
      async handle({ principal }) {
        const found = await kinds.list(principal.organizationId);
        return {
          kinds: found.map(({ name, provider, summary, module }) => ({
            name,
            provider: provider ?? '',
            summary,
            moduleUrl: module?.url ?? '',
          })),
        };
      },
    },
  });
}
