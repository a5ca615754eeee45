import type { RpcOutcome } from '../../platform/http/http-context.ts';
import { auditActionOf } from './audit-action.ts';
import type { AuditLog } from './audit-log.ts';

/** What a message names, as far as the audit log wants to know. */
function subjectOf(message: object): string | null {
  const { id, cloudResourceId } = message as { id?: unknown; cloudResourceId?: unknown };
  const named = [id, cloudResourceId].find((value) => typeof value === 'string' && value !== '');
  return typeof named === 'string' ? named : null;
}

/** Records every write by rpc, as recordWrites() does those by REST: for the HTTP server's `onCalled`. */
export function createCallRecorder(audit: AuditLog): (outcome: RpcOutcome) => Promise<void> {
  return async ({ request, operationId, message, error }) => {
    const { principal } = request;
    if (principal === null || error?.kind === 'permission_denied') return;
    if (error === undefined && request.isRecorded === true) return;
    await audit.record({
      principal,
      action: auditActionOf(operationId),
      subject: subjectOf(message),
      result: error === undefined ? 'done' : 'failed',
      details: error === undefined ? {} : { code: error.code },
      address: request.ip,
    });
  };
}
