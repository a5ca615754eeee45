import { z } from 'zod';
import type { Dns } from '../../adapters/dns/dns.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import { AppError } from '../../kernel/app-error.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db } from '../../platform/db/database.ts';
import { defineRunKind, type RunContext, type RunKind } from '../../platform/runs/run-kind.ts';
import { findService } from '../services/index.ts';
import { type DnsJudgement, judgeDns, judgeOwnName, nextCheckIn, patienceMs, txtName } from './domain-check.ts';
import { domainErrors } from './domain-errors.ts';
import { isApex, ownNameOf } from './domain-name.ts';
import type { DomainNetwork } from './domain-network.ts';
import { type DomainRow, findDomain, findDomainForUpdate, isHostVerified, updateDomain } from './domain-store.ts';

export const DOMAIN_CHECK = 'domain.check';

const checkInput = z.strictObject({ domainId: z.string() });
type Input = z.output<typeof checkInput>;
type Context = RunContext<Input>;

export interface DomainRunDependencies {
  db: Db;
  dns: Dns;
  proxy: Pick<Proxy, 'removeRoute' | 'certificate'>;
  network: DomainNetwork;
  /** Makes the proxy's routes of a service what the database says. */
  readonly routeService: (organizationId: string, serviceId: string, signal: AbortSignal) => Promise<void>;
  now?: () => Date;
}

type Standing = Pick<
  DomainRow,
  'state' | 'verifiedAt' | 'failingSince' | 'checkedAt' | 'nextCheckAt' | 'seen' | 'advice'
>;

/** What a domain becomes by a check. */
export function standingAfter(
  row: DomainRow,
  { isVerified, isOwn = false, seen, advice }: DnsJudgement,
  now: Date,
  hasTls: boolean,
): Standing {
  const wasServed = row.verifiedAt !== null;
  const failingSince = isVerified ? null : (row.failingSince ?? (wasServed ? now : row.createdAt));
  const failingMs = failingSince === null ? null : now.getTime() - failingSince.getTime();
  const isOver = isOwn || (failingMs !== null && failingMs >= patienceMs);
  const lacksCertificate = hasTls && row.certificateExpiresAt === null;
  const pauseMs = nextCheckIn({ isVerified: wasServed, failingMs, lacksCertificate });
  const wrong = wasServed || isOver ? 'failed' : 'pending';
  return {
    state: isVerified ? 'active' : wrong,
    verifiedAt: isVerified ? (row.verifiedAt ?? now) : isOver ? null : row.verifiedAt,
    failingSince,
    checkedAt: now,
    nextCheckAt: pauseMs === null ? null : new Date(now.getTime() + pauseMs),
    seen,
    advice,
  };
}

/** The check of a domain: what DNS says, what follows for the proxy, and its certificate. */
export function createDomainCheckKind(dependencies: DomainRunDependencies): RunKind<Input> {
  const { db, dns, proxy, network, routeService, now = () => new Date() } = dependencies;

  const tenantOf = ({ organizationId }: Context): string => {
    if (organizationId === null) throw new Error('a domain without an organization');
    return organizationId;
  };
  /** Undefined: it was removed meanwhile, and nothing is left to do. */
  const rowOf = (context: Context) => findDomain(db, tenantOf(context), context.input.domainId);

  async function lookUp(row: DomainRow, signal: AbortSignal): Promise<DnsJudgement> {
    const { host, token } = row;
    const own = judgeOwnName(host, network);
    if (own !== undefined) return own;
    const { hostLabel } = (await findService(db, row.organizationId, row.serviceId)) ?? {};
    const target = network.hostOf(hostLabel ?? '');
    const [cnames, txts, addresses, targetAddresses] = await Promise.all([
      dns.cname(host, signal),
      dns.txt(txtName(host), signal),
      dns.addresses(host, signal),
      dns.addresses(target, signal),
    ]);
    return judgeDns({ host, isApex: isApex(host), target, token, cnames, txts, addresses, targetAddresses });
  }

  async function resolve(context: Context) {
    const row = await rowOf(context);
    if (row === undefined) return null;
    const judgement = await lookUp(row, context.signal);
    context.output.write('system', judgement.seen);
    if (judgement.advice !== null) context.output.write('system', judgement.advice);
    await onViolation('domains_verified_host_key', domainErrors.DOMAIN_TAKEN, () =>
      context.transaction(async (trx) => {
        const locked = await findDomainForUpdate(trx, row.organizationId, row.id);
        if (locked === undefined) return;
        const standing = standingAfter(locked, judgement, now(), network.hasTls);
        await updateDomain(trx, row.organizationId, row.id, standing);
      }),
    ).catch(async (error: unknown) => {
      if (AppError.from(error).code === 'DOMAIN_TAKEN') await keepTaken(context, row, judgement);
      throw error;
    });
    const { isVerified, isOwn, seen, advice } = judgement;
    return { isVerified, seen, advice, ...(isOwn && { isOwn }) };
  }

  /** Its DNS leads here, and yet it is another's who was first. */
  async function keepTaken(context: Context, row: DomainRow, { seen }: DnsJudgement): Promise<void> {
    const advice = 'The domain leads to another service of this installation: remove it there first.';
    const refused = standingAfter(row, { isVerified: false, seen, advice }, now(), network.hasTls);
    await context.transaction((trx) => updateDomain(trx, row.organizationId, row.id, refused));
  }

  async function route(context: Context): Promise<null> {
    const row = await rowOf(context);
    if (row === undefined) return null;
    await context.assertLease();
    // A name of the platform's own may be davit's or another service's route by now: the reconciler sees whose it is.
    const isOwn = ownNameOf(row.host, network) !== undefined;
    if (row.verifiedAt === null && !isOwn && !(await isHostVerified(db, row.host))) {
      await proxy.removeRoute(row.host, context.signal);
    }
    await routeService(row.organizationId, row.serviceId, context.signal);
    return null;
  }

  async function readCertificate({ host }: DomainRow, signal: AbortSignal) {
    try {
      return { certificate: await proxy.certificate(host, signal), fault: null };
    } catch (error) {
      signal.throwIfAborted();
      return { certificate: undefined, fault: AppError.from(error) };
    }
  }

  async function certify(context: Context): Promise<null> {
    const row = await rowOf(context);
    if (row === undefined || row.verifiedAt === null || !network.hasTls) return null;
    const service = await findService(db, row.organizationId, row.serviceId);
    if (service === undefined || service.activeReleaseId === null) {
      context.output.write('system', 'A certificate is got once the service is deployed: nothing answers yet.');
      return null;
    }
    const { certificate, fault } = await readCertificate(row, context.signal);
    await context.transaction((trx) =>
      updateDomain(trx, row.organizationId, row.id, {
        certificateCheckedAt: now(),
        certificateFault: fault?.message ?? null,
        ...(certificate && {
          certificateExpiresAt: new Date(certificate.expiresAt),
          certificateIssuer: certificate.issuer,
        }),
      }),
    );
    // Only now may requests be sent to https.
    await routeService(row.organizationId, row.serviceId, context.signal);
    if (fault !== null) throw fault;
    if (certificate !== undefined)
      context.output.write('system', `Certificate of ${certificate.issuer}, until ${certificate.expiresAt}.`);
    return null;
  }

  async function conclude(context: Context): Promise<null> {
    const found = context.results['resolve'] as DnsJudgement | null;
    if (found === null || found.isVerified) return null;
    if (found.isOwn === true)
      throw domainErrors.DOMAIN_RESERVED({ message: `${found.seen} ${found.advice ?? ''}`.trim() });
    throw domainErrors.DOMAIN_NOT_VERIFIED({
      message: `DNS does not show that the domain is yours. ${found.seen} ${found.advice ?? ''}`.trim(),
    });
  }

  return defineRunKind<Input>({
    name: DOMAIN_CHECK,
    lane: 'quick',
    input: checkInput,
    timeoutMs: 5 * 60_000,
    supersedesQueued: true,
    // That it is no longer being looked at is a change of it too: whoever watches hears of it.
    async onFinished(trx, { organizationId, input }) {
      if (organizationId !== null) await updateDomain(trx, organizationId, input.domainId, {});
    },
    steps: [
      { name: 'resolve', run: resolve, maxAttempts: 3, system: 'dns' },
      { name: 'route', run: route, maxAttempts: 3, system: 'proxy' },
      { name: 'certificate', run: certify },
      { name: 'conclude', run: conclude },
    ],
  });
}
