import { randomBytes } from 'node:crypto';
import { createId } from '../../kernel/id.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { findServiceForUpdate, type ServiceRow, type ServiceService, serviceErrors } from '../services/index.ts';
import type { CreateDomain, Domain, UpdateDomain } from './domain.ts';
import { domainErrors } from './domain-errors.ts';
import { ownNameOf, readDomainName } from './domain-name.ts';
import type { DomainNetwork } from './domain-network.ts';
import { presentDomain } from './domain-presenter.ts';
import { DOMAIN_CHECK } from './domain-runs.ts';
import {
  type DomainRow,
  deleteDomain,
  findDomain,
  findDomainForUpdate,
  findSeenDomain,
  insertDomain,
  isHostVerified,
  listDomainsOf,
  listSeenDomains,
  takeDueDomains,
  updateDomain,
} from './domain-store.ts';

export interface DomainServiceOptions {
  db: Db;
  engine: Pick<RunEngine, 'enqueue'>;
  services: ServiceService;
  network: DomainNetwork;
  /** Makes the proxy's routes of a service what the database says. */
  readonly routeService: (organizationId: string, serviceId: string, signal: AbortSignal) => Promise<void>;
  readonly removeRoute: (host: string, signal: AbortSignal) => Promise<void>;
  now?: () => Date;
}

const maxDomains = 100;
const tickMs = 5000;
/** A domain that is taken for a check gets its next time from the check; this is for a server that dies before. */
const checkWithinMs = 10 * 60_000;
const atOnce = 50;
const routeTimeoutMs = 15_000;

type Who = Pick<Principal, 'organizationId' | 'userId'>;

export type DomainService = ReturnType<typeof createDomainService>;

/** Domains of services: what is asked for. Whether they lead here is found out by runs. */
export function createDomainService(options: DomainServiceOptions) {
  const { db, engine, services, network, now = () => new Date() } = options;

  async function get(organizationId: string, id: string): Promise<Domain> {
    const row = await findSeenDomain(db, organizationId, id);
    if (row === undefined) throw domainErrors.DOMAIN_NOT_FOUND();
    return presentDomain(row, network, now());
  }

  async function lockService(trx: Tx, organizationId: string, serviceId: string): Promise<ServiceRow> {
    const service = await findServiceForUpdate(trx, organizationId, serviceId);
    if (service === undefined) throw serviceErrors.SERVICE_NOT_FOUND();
    if (service.desiredState === 'deleted') throw serviceErrors.SERVICE_BEING_DELETED();
    if (service.hostLabel === null) throw domainErrors.DOMAIN_SERVICE_NOT_WEB();
    return service;
  }

  /** The id of the domain that `host` names. No chains: a request is sent on once at most. */
  function redirectId(all: readonly DomainRow[], own: { id: string; host: string }, host: string | null) {
    if (host === null) return null;
    const target = all.find((each) => each.host === readDomainName(host, network));
    const isChain = all.some(({ redirectToId }) => redirectToId === own.id);
    if (target === undefined || target.id === own.id || target.redirectToId !== null || isChain) {
      throw domainErrors.DOMAIN_REDIRECT_INVALID({
        fields: [{ pointer: '/redirectTo', detail: 'is no domain of this service that serves it' }],
      });
    }
    return target.id;
  }

  const enqueue = (trx: Tx, organizationId: string, id: string, askedBy: string | null) =>
    engine.enqueue(trx, { kind: DOMAIN_CHECK, organizationId, subject: id, input: { domainId: id }, askedBy });

  async function applyRoutes(organizationId: string, serviceId: string): Promise<void> {
    await options.routeService(organizationId, serviceId, AbortSignal.timeout(routeTimeoutMs));
  }

  return {
    get,

    async list(
      organizationId: string,
      serviceId: string,
      page: { limit: number; after: string | undefined },
    ): Promise<Domain[]> {
      await services.get(organizationId, serviceId);
      const rows = await listSeenDomains(db, organizationId, serviceId, { ...page, limit: page.limit + 1 });
      return rows.map((row) => presentDomain(row, network, now()));
    },

    /** Added and, with that, looked for: the first check is queued. */
    async add(who: Who, serviceId: string, input: CreateDomain): Promise<Domain> {
      const { organizationId } = who;
      const host = readDomainName(input.host, network);
      const id = createId('dom');
      await onViolation('domains_host_key', domainErrors.DOMAIN_EXISTS, () =>
        db.transaction().execute(async (trx) => {
          await lockService(trx, organizationId, serviceId);
          const all = await listDomainsOf(trx, organizationId, serviceId);
          if (all.length >= maxDomains) throw domainErrors.DOMAIN_TOO_MANY();
          const redirectToId = redirectId(all, { id, host }, input.redirectTo);
          if (await isHostVerified(trx, host)) throw await takenBy(trx, organizationId, host);
          const { forceHttps } = input;
          const token = randomBytes(16).toString('hex');
          const nextCheckAt = new Date(now().getTime() + checkWithinMs);
          await insertDomain(trx, {
            id,
            organizationId,
            serviceId,
            host,
            token,
            forceHttps,
            redirectToId,
            nextCheckAt,
          });
          await enqueue(trx, organizationId, id, who.userId);
        }),
      );
      return await get(organizationId, id);
    },

    async update(organizationId: string, id: string, input: UpdateDomain): Promise<Domain> {
      const serviceId = await db.transaction().execute(async (trx) => {
        const found = await findDomain(trx, organizationId, id);
        if (found === undefined) throw domainErrors.DOMAIN_NOT_FOUND();
        // The service first, as add() does: two changes of its domains come one after the other.
        await lockService(trx, organizationId, found.serviceId);
        const all = await listDomainsOf(trx, organizationId, found.serviceId);
        const row = await findDomainForUpdate(trx, organizationId, id);
        if (row === undefined) throw domainErrors.DOMAIN_NOT_FOUND();
        const { redirectTo, forceHttps = row.forceHttps } = input;
        const redirectToId = redirectTo === undefined ? row.redirectToId : redirectId(all, row, redirectTo);
        await updateDomain(trx, organizationId, id, { forceHttps, redirectToId });
        return row.serviceId;
      });
      await applyRoutes(organizationId, serviceId);
      return await get(organizationId, id);
    },

    /** Looks now. */
    async verify(who: Who, id: string): Promise<{ runId: string }> {
      return await db.transaction().execute(async (trx) => {
        const row = await findDomainForUpdate(trx, who.organizationId, id);
        if (row === undefined) throw domainErrors.DOMAIN_NOT_FOUND();
        return { runId: (await enqueue(trx, who.organizationId, id, who.userId)).id };
      });
    },

    /** Gone from the database first: what a crash leaves in the proxy, the reconciler removes. */
    async remove(organizationId: string, id: string): Promise<undefined> {
      const row = await findDomain(db, organizationId, id);
      if (row === undefined || !(await deleteDomain(db, organizationId, id))) throw domainErrors.DOMAIN_NOT_FOUND();
      if (row.verifiedAt === null) return undefined;
      // A name that became the platform's own may be somebody else's route by now.
      if (ownNameOf(row.host, network) === undefined)
        await options.removeRoute(row.host, AbortSignal.timeout(routeTimeoutMs));
      // Those that were sent on to it serve themselves again.
      await applyRoutes(organizationId, row.serviceId);
      return undefined;
    },

    /** For the job of the clock: queues the checks that are due; of several servers one does. */
    async tick(): Promise<number> {
      await db.transaction().execute(async (trx) => {
        for (const { id, organizationId } of await takeDueDomains(trx, now(), checkWithinMs, atOnce)) {
          await enqueue(trx, organizationId, id, null);
        }
      });
      return tickMs;
    },
  };

  async function takenBy(trx: Tx, organizationId: string, host: string) {
    const own = await trx
      .selectFrom('domains')
      .select('id')
      .where('organizationId', '=', organizationId)
      .where('host', '=', host)
      .executeTakeFirst();
    return own === undefined ? domainErrors.DOMAIN_TAKEN() : domainErrors.DOMAIN_EXISTS();
  }
}
