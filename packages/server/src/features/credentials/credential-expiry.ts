import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Db } from '../../platform/db/database.ts';
import type { AuditLog } from '../organizations/index.ts';
import { warnBeforeMs } from './credential.ts';
import { takeExpiring } from './credential-store.ts';

const hourMs = 60 * 60_000;

/** Warns, once for each end, of credentials that are about to expire: in the audit log and in the server's. */
export function createExpiryWarnings({
  db,
  audit,
  clock,
  logger,
}: {
  db: Db;
  audit: AuditLog;
  clock: Clock;
  logger: Logger;
}) {
  return {
    async tick(): Promise<number> {
      const soon = new Date(clock.now().getTime() + warnBeforeMs);
      await db.transaction().execute(async (trx) => {
        for (const { id, organizationId, name, provider, expiresAt } of await takeExpiring(trx, soon)) {
          const details = { name, provider, expiresAt: expiresAt?.toISOString() };
          const entry = { principal: null, organizationId, action: 'credential.expiring', subject: id } as const;
          await audit.record(trx, { ...entry, result: 'done', details });
          logger.warn({ organizationId, credentialId: id, ...details }, 'a credential expires soon');
        }
      });
      return hourMs;
    },
  };
}
