import type { Db } from '../../platform/db/database.ts';
import { type Check, type Finding, fail, ok, warn } from '../doctor/index.ts';
import { certificateWarningMs } from './domain-presenter.ts';
import { countServedDomains, listTroubledDomains } from './domain-store.ts';

type Troubled = Awaited<ReturnType<typeof listTroubledDomains>>[number];

function findingOf({ host, state, certificateExpiresAt: end, certificateFault }: Troubled, now: Date): Finding {
  const dns = { check: 'domains.dns', title: `DNS of ${host}` };
  const certificate = { check: 'domains.certificate', title: `Certificate of ${host}` };
  if (state === 'failed') {
    const mend =
      'Its owner puts the records back that `davit domain list` names, or removes it; after a week it is no longer served.';
    return warn(dns, 'It does not lead here any more.', mend);
  }
  const mend = 'Look whether ports 80 and 443 of this machine are reached from outside, and at the log of Caddy.';
  if (end === null) return warn(certificate, certificateFault ?? 'There is none yet.', mend);
  if (end < now) return fail(certificate, `It ended on ${end.toISOString().slice(0, 10)}.`, mend);
  const days = Math.floor((end.getTime() - now.getTime()) / (24 * 3600 * 1000));
  return warn(certificate, certificateFault ?? `It ends in ${days} days and was not renewed.`, mend);
}

/** Domains that no longer lead here, and certificates that are missing or near their end. */
export function createDomainCheck(db: Db, now: () => Date): Check {
  return async () => {
    const troubled = await listTroubledDomains(db, new Date(now().getTime() + certificateWarningMs));
    if (troubled.length > 0) return troubled.map((row) => findingOf(row, now()));
    const served = await countServedDomains(db);
    return served === 0 ? [] : [ok({ check: 'domains', title: 'Domains' }, `${served} lead here.`)];
  };
}
