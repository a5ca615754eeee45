import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { kernelErrors } from '../../kernel/app-error.ts';
import { decodeCursor } from '../../platform/http/pagination.ts';
import type { Approval } from './approval.ts';
import type { StackUpdate } from './stack-update.ts';

const defaultLimit = 50;
const maxLimit = 200;

/** The page that a message asks for: one row more than it gets, so that it is known whether there are more. */
export function pageOf(page: { limit: number; cursor: string } | undefined): {
  limit: number;
  before: string | undefined;
} {
  const limit = page === undefined || page.limit === 0 ? defaultLimit : page.limit;
  if (limit < 1 || limit > maxLimit) {
    throw kernelErrors.INVALID_INPUT({ fields: [{ pointer: '/page/limit', detail: `expected 1 to ${maxLimit}` }] });
  }
  const cursor = page?.cursor ?? '';
  return { limit, before: decodeCursor(cursor === '' ? undefined : cursor) };
}

function toApprovalMessage({ state, required, changes, requestedAt, decidedBy, decidedAt }: Approval) {
  return {
    state,
    required,
    changes: changes ?? {},
    requestedAt: timestampFromDate(requestedAt),
    decidedBy: decidedBy ?? '',
    ...(decidedAt !== null && { decidedAt: timestampFromDate(decidedAt) }),
  };
}

/** A stack update in the words of its message. */
export function toUpdateMessage(update: StackUpdate & { output?: string }) {
  const { reason, errorCode, hint, credential, approval, changes, retryOf, startedAt, finishedAt } = update;
  return {
    id: update.id,
    cloudResourceId: update.cloudResourceId,
    resourceKind: update.resource.kind,
    resourceName: update.resource.name,
    runId: update.runId,
    operation: update.operation,
    status: update.status,
    stackFqdn: update.stackFqdn,
    output: update.output ?? '',
    reason: reason ?? '',
    errorCode: errorCode ?? '',
    hint: hint ?? '',
    retryOf: retryOf ?? '',
    changes: changes ?? {},
    ...(credential !== null && { credential }),
    ...(approval !== null && { approval: toApprovalMessage(approval) }),
    createdAt: timestampFromDate(update.createdAt),
    ...(startedAt !== null && { startedAt: timestampFromDate(startedAt) }),
    ...(finishedAt !== null && { finishedAt: timestampFromDate(finishedAt) }),
  };
}
