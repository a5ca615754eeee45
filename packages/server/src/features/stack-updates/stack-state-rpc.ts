import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { StackStateService as StackStateServiceDescription } from '@davit/api/rpc';
import type { FastifyInstance } from 'fastify';
import { encodeCursor, toPage } from '../../platform/http/pagination.ts';
import { registerRpcService } from '../../platform/rpc/rpc-service.ts';
import { decodeVersion, stateLimitBytes } from './stack-state-routes.ts';
import type { StackStateService } from './stack-state-service.ts';
import { pageOf, toUpdateMessage } from './stack-update-messages.ts';

/** `davit.v1.StackStateService`: the same service as behind REST, in the words of its messages. */
export function registerStackStateRpc(app: FastifyInstance, { stackStates }: { stackStates: StackStateService }): void {
  const look = { role: 'viewer' } as const;
  const admin = { role: 'admin' } as const;

  registerRpcService(app, StackStateServiceDescription, {
    listStackCheckpoints: {
      policy: look,
      async handle({ message, principal }) {
        const { limit, before } = pageOf(message.page);
        const wanted = {
          limit: limit + 1,
          before: before === undefined ? undefined : decodeVersion(encodeCursor(before)),
        };
        const rows = await stackStates.list(principal.organizationId, message.cloudResourceId, wanted);
        const { items, nextCursor } = toPage(rows, limit, ({ version }) => `${version}`);
        return {
          checkpoints: items.map(({ stackUpdateId, operation, createdAt, ...checkpoint }) => ({
            ...checkpoint,
            stackUpdateId: stackUpdateId ?? '',
            operation: operation ?? '',
            createdAt: timestampFromDate(createdAt),
          })),
          nextCursor: nextCursor ?? '',
        };
      },
    },
    exportStackState: {
      policy: admin,
      async handle({ message: { cloudResourceId, version }, principal, request }) {
        return { state: await stackStates.export(principal, cloudResourceId, version, request.ip) };
      },
    },
    restoreStackCheckpoint: {
      policy: admin,
      async handle({ message: { cloudResourceId, version }, principal }) {
        return { update: toUpdateMessage(await stackStates.restoreCheckpoint(principal, cloudResourceId, version)) };
      },
    },
    importStackState: {
      policy: admin,
      messageLimitBytes: stateLimitBytes,
      async handle({ message: { cloudResourceId, state }, principal }) {
        return { update: toUpdateMessage(await stackStates.importState(principal, cloudResourceId, state)) };
      },
    },
  });
}
