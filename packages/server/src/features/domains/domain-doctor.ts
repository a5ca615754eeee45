import type { Db } from '../../platform/db/database.ts';
import { type Check, type Finding, fail, ok, warn } from '../doctor/index.ts';
import { judgeOwnName } from './domain-check.ts';
import type { OwnNames } from './domain-name.ts';
import { certificateWarningMs } from './domain-presenter.ts';
import { countServedDomains, listTroubledDomains } from './domain-store.ts';

type Troubled = Awaited<ReturnType<typeof listTroubledDomains>>[number];

function findingOf(row: Troubled, ownNames: OwnNames, now: Date): Finding {
  const { host, state, certificateExpiresAt: end, certificateFault } = row;
  const dns = { check: 'domains.dns', title: `DNS of ${host}` };
  const certificate = { check: 'domains.certificate', title: `Certificate of ${host}` };
  const own = judgeOwnName(host, ownNames);
  if (own !== undefined) {
    return warn({ check: 'domains.own', title: `Domain ${host}` }, `${own.seen} It is not served.`, own.advice ?? '');
  }
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

/** Domains that no longer lead here or have become names of davit itself, and certificates that are missing or near their end. */
export function createDomainCheck(db: Db, ownNames: OwnNames, now: () => Date): Check {
  return async () => {
    const troubled = await listTroubledDomains(db, new Date(now().getTime() + certificateWarningMs), ownNames);
    if (troubled.length > 0) return troubled.map((row) => findingOf(row, ownNames, now()));
    const served = await countServedDomains(db);
    return served === 0 ? [] : [ok({ check: 'domains', title: 'Domains' }, `${served} lead here.`)];
  };
}
