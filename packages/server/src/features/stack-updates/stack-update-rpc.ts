import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { StackUpdateService as StackUpdateServiceDescription } from '@davit/api/rpc';
import type { FastifyInstance } from 'fastify';
import { kernelErrors } from '../../kernel/app-error.ts';
import { toPage } from '../../platform/http/pagination.ts';
import { toInvalidInput } from '../../platform/http/validation.ts';
import { registerRpcService } from '../../platform/rpc/rpc-service.ts';
import { markRecorded } from '../organizations/index.ts';
import {
  type ImportStack,
  importBody,
  type StackUpdate,
  type UpdateStack,
  type UpdateStatus,
  updateBody,
  updateStatuses,
} from './stack-update.ts';
import { pageOf, toUpdateMessage } from './stack-update-messages.ts';
import type { StackUpdateService } from './stack-update-service.ts';

/** Checks with the schema of REST. */
function bodyOf({
  timeoutMinutes,
  clearPending = false,
}: {
  timeoutMinutes: number;
  clearPending?: boolean;
}): UpdateStack {
  const body = { clearPending, ...(timeoutMinutes === 0 ? {} : { timeoutMinutes }) };
  const parsed = updateBody.safeParse(body);
  if (!parsed.success) throw toInvalidInput(parsed.error);
  return parsed.data;
}

function importOf({ ids, timeoutMinutes }: { ids: Record<string, string>; timeoutMinutes: number }): ImportStack {
  const parsed = importBody.safeParse({ ids, ...(timeoutMinutes === 0 ? {} : { timeoutMinutes }) });
  if (!parsed.success) throw toInvalidInput(parsed.error);
  return parsed.data;
}

function statusOf(text: string): UpdateStatus | undefined {
  if (text === '') return undefined;
  const status = updateStatuses.find((each) => each === text);
  if (status !== undefined) return status;
  const detail = `expected one of ${updateStatuses.join(', ')}`;
  throw kernelErrors.INVALID_INPUT({ fields: [{ pointer: '/status', detail }] });
}

/** `davit.v1.StackUpdateService`: the same service as behind REST, in the words of its messages. */
export function registerStackUpdateRpc(
  app: FastifyInstance,
  { stackUpdates }: { stackUpdates: StackUpdateService },
): void {
  const look = { role: 'viewer' } as const;
  const deploy = { role: 'developer' } as const;
  const one = async (work: Promise<StackUpdate>) => ({ update: toUpdateMessage(await work) });

  registerRpcService(app, StackUpdateServiceDescription, {
    deployCloudResource: {
      policy: deploy,
      handle({ message, principal }) {
        const body = { ...bodyOf(message), preview: message.preview };
        return one(stackUpdates.request(principal, message.cloudResourceId, 'deploy', body));
      },
    },
    previewCloudResource: {
      policy: deploy,
      handle: ({ message, principal }) =>
        one(stackUpdates.request(principal, message.cloudResourceId, 'preview', bodyOf(message))),
    },
    refreshCloudResource: {
      policy: deploy,
      handle: ({ message, principal }) =>
        one(stackUpdates.request(principal, message.cloudResourceId, 'refresh', bodyOf(message))),
    },
    destroyCloudResource: {
      policy: { role: 'admin' },
      handle: ({ message, principal }) =>
        one(stackUpdates.request(principal, message.cloudResourceId, 'destroy', bodyOf(message))),
    },
    importCloudResource: {
      policy: deploy,
      handle: ({ message, principal }) =>
        one(stackUpdates.import(principal, message.cloudResourceId, importOf(message))),
    },
    getStackUpdate: {
      policy: look,
      handle: ({ message, principal }) => one(stackUpdates.get(principal.organizationId, message.id)),
    },
    listStackUpdates: {
      policy: look,
      async handle({ message, principal }) {
        const { limit, before } = pageOf(message.page);
        const cloudResourceId = message.cloudResourceId === '' ? undefined : message.cloudResourceId;
        const credentialId = message.credentialId === '' ? undefined : message.credentialId;
        const wanted = { limit: limit + 1, before, cloudResourceId, credentialId, status: statusOf(message.status) };
        const rows = await stackUpdates.list(principal.organizationId, wanted);
        const { items, nextCursor } = toPage(rows, limit, ({ id }) => id);
        return { updates: items.map(toUpdateMessage), nextCursor: nextCursor ?? '' };
      },
    },
    checkCloudResourceDrift: {
      policy: deploy,
      handle: ({ message, principal }) =>
        one(stackUpdates.checkDrift(principal, message.cloudResourceId, bodyOf(message))),
    },
    approveStackUpdate: {
      policy: deploy,
      async handle({ message, principal, request }) {
        const answer = await one(stackUpdates.approve({ principal, address: request.ip }, message.id));
        markRecorded(request);
        return answer;
      },
    },
    discardStackUpdate: {
      policy: deploy,
      async handle({ message, principal, request }) {
        const answer = await one(stackUpdates.discard({ principal, address: request.ip }, message.id));
        markRecorded(request);
        return answer;
      },
    },
    cancelStackUpdate: {
      policy: deploy,
      handle: ({ message, principal }) => one(stackUpdates.cancel(principal, message.id)),
    },
    retryStackUpdate: {
      policy: deploy,
      handle: ({ message, principal }) => one(stackUpdates.retry(principal, message.id)),
    },
    streamStackUpdateOutput: {
      policy: look,
      async *stream({ message, principal, signal }) {
        const after = Number(message.lastSequenceNum);
        if (!Number.isSafeInteger(after) || after < 0) {
          const fields = [{ pointer: '/lastSequenceNum', detail: 'expected the number of a line' }];
          throw kernelErrors.INVALID_INPUT({ fields });
        }
        const lines = stackUpdates.follow(principal.organizationId, message.stackUpdateId, after, signal);
        for await (const { seq, content, stream, at, status } of lines) {
          yield {
            sequenceNum: BigInt(seq),
            content,
            // What davit says itself belongs to what the program prints.
            streamType: stream === 'system' ? 'stdout' : stream,
            timestamp: timestampFromDate(at),
            status,
          };
        }
      },
    },
  });
}
