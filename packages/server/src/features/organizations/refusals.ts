import type { Refusal } from '../../platform/http/http-server.ts';
import type { AuditLog } from './audit-log.ts';

/** Records what somebody's role did not allow: for the HTTP server's `onRefused`. */
export function createRefusalRecorder(audit: AuditLog): (refusal: Refusal) => Promise<void> {
  return ({ principal, operationId, error, request }) =>
    audit.record({
      principal,
      action: operationId,
      subject: request.url.split('?', 1)[0] ?? null,
      result: 'refused',
      details: { code: error.code },
      address: request.ip,
    });
}
