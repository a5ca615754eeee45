import type { Refusal } from '../../platform/http/http-server.ts';
import { auditActionOf } from './audit-action.ts';
import type { AuditLog } from './audit-log.ts';

/** What a limit refused is found under one name, whatever was asked for. */
function actionOf({ operationId, error }: Pick<Refusal, 'operationId' | 'error'>) {
  const asked = operationId === undefined ? null : auditActionOf(operationId);
  if (error.code !== 'RATE_LIMITED') return { action: asked ?? 'request.refuse', details: { code: error.code } };
  return { action: 'request.limit', details: { code: error.code, asked, ...error.details } };
}

/** Records what somebody's role did not allow, and who came too often: for the HTTP server's `onRefused`. */
export function createRefusalRecorder(audit: AuditLog): (refusal: Refusal) => Promise<void> {
  return ({ principal, operationId, error, request }) =>
    audit.record({
      principal,
      ...actionOf({ operationId, error }),
      subject: request.url.split('?', 1)[0] ?? null,
      result: 'refused',
      address: request.ip,
    });
}
