import { createHmac } from 'node:crypto';
import type { Db } from '../../platform/db/database.ts';
import { type ApiTokenScope, defaultScope, type Role } from '../../platform/http/principal.ts';
import type { RunTokens } from '../auth/index.ts';
import type { UpdateOperation } from './stack-update.ts';
import { stackUpdateErrors } from './stack-update-errors.ts';

/** Who a run acts for, and what it is about. */
export interface PlatformAccessRequest {
  readonly organizationId: string;
  readonly runId: string;
  readonly cloudResourceId: string;
  /** Shown in the list of API tokens. */
  readonly name: string;
  readonly operation: UpdateOperation;
  /** Who asked; null for davit's own schedule. */
  readonly askedBy: string | null;
  /** What the caller might do then: an API token of a lesser scope gets no more by way of a run. */
  readonly askedRole: Role | null;
  readonly passphrase: string;
}

export interface PlatformAccessOptions {
  db: Db;
  runTokens: RunTokens;
  /** Where programs on this machine reach this server. */
  ownUrl: () => string;
}

export type PlatformAccess = ReturnType<typeof createPlatformAccess>;

const takesAway: ReadonlySet<UpdateOperation> = new Set(['deploy', 'destroy', 'delete']);

/** Of what a caller may do, what an operation needs: only what takes things away needs more than a developer may. */
function mostOf({ operation, askedRole }: Pick<PlatformAccessRequest, 'operation' | 'askedRole'>): ApiTokenScope {
  if (askedRole === null) return 'deploy';
  const own = defaultScope(askedRole);
  return own === 'admin' && !takesAway.has(operation) ? 'deploy' : own;
}

/** Lets the module of a kind of davit itself call davit, in the name of the member who asked for the run. */
export function createPlatformAccess({ db, runTokens, ownUrl }: PlatformAccessOptions) {
  /** A schedule asks in the name of who deployed last. */
  async function lastAsker(organizationId: string, cloudResourceId: string): Promise<string | null> {
    const row = await db
      .selectFrom('stackUpdates')
      .select('createdBy')
      .where('organizationId', '=', organizationId)
      .where('cloudResourceId', '=', cloudResourceId)
      .where('createdBy', 'is not', null)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    return row?.createdBy ?? null;
  }

  /** Made of the stack's passphrase, so that a run that goes on in another server process has, and masks, the same one. */
  const tokenOf = ({ passphrase, runId }: Pick<PlatformAccessRequest, 'passphrase' | 'runId'>): string =>
    `dvt_${createHmac('sha256', passphrase).update(`run token ${runId}`).digest('base64url')}`;

  return {
    /** @throws AppError STACK_ASKER_GONE */
    async grant(request: PlatformAccessRequest): Promise<Readonly<Record<string, string>>> {
      const { organizationId, runId, cloudResourceId, name } = request;
      const userId = request.askedBy ?? (await lastAsker(organizationId, cloudResourceId));
      const text = tokenOf(request);
      const granted =
        userId === null
          ? undefined
          : await runTokens.grant({ organizationId, runId, userId, text, name, most: mostOf(request) });
      if (granted === undefined) throw stackUpdateErrors.STACK_ASKER_GONE();
      return { DAVIT_URL: ownUrl(), DAVIT_TOKEN: text };
    },

    /** What a run's output must not show. */
    secretsOf: (request: Pick<PlatformAccessRequest, 'passphrase' | 'runId'>): string[] => [tokenOf(request)],

    revoke: runTokens.revoke,
  };
}
