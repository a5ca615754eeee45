import { kernelErrors } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { createId } from '../../kernel/id.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import { onViolation } from '../../platform/db/constraint.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { toInvalidInput } from '../../platform/http/validation.ts';
import type { GuardedFetch } from '../../platform/outbound/guarded-fetch.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import type { ProjectService } from '../projects/index.ts';
import type { CreateCredential, Credential, UpdateCredential, Validation } from './credential.ts';
import { credentialErrors } from './credential-errors.ts';
import { presentCredential } from './credential-presenter.ts';
import { createCredentialSecrets, maskWords } from './credential-secrets.ts';
import {
  type CredentialRow,
  deleteCredential,
  findCredential,
  insertCredential,
  keepFormer,
  listCredentials,
  listUses,
  takeFormer,
  updateCredential,
} from './credential-store.ts';
import type { CredentialFields } from './provider.ts';
import { getProvider } from './providers.ts';

export interface CredentialServiceOptions {
  db: Db;
  secretBox: SecretBox;
  audit: AuditLog;
  projects: ProjectService;
  fetch: GuardedFetch;
  clock: Clock;
}

export type CredentialService = ReturnType<typeof createCredentialService>;

/** What davit signs in to providers with: stored once, shown to nobody again, used by runs. */
export function createCredentialService({ db, secretBox, audit, projects, fetch, clock }: CredentialServiceOptions) {
  const secrets = createCredentialSecrets(secretBox);
  const present = (row: CredentialRow): Credential => presentCredential(row, clock.now());
  const nameTaken = <T>(work: () => Promise<T>): Promise<T> =>
    onViolation('credentials_name_key', credentialErrors.CREDENTIAL_NAME_TAKEN, work);

  async function mustFind(from: Db, organizationId: string, idOrName: string, options = {}): Promise<CredentialRow> {
    const row = await findCredential(from, organizationId, idOrName, options);
    if (row === undefined) throw credentialErrors.CREDENTIAL_NOT_FOUND();
    return row;
  }

  function record(
    trx: Tx,
    { principal, address }: Actor,
    action: string,
    row: Pick<CredentialRow, 'id'>,
    details: object,
  ) {
    const entry = { principal, address, action: `credential.${action}`, subject: row.id, result: 'done' } as const;
    return audit.record(trx, { ...entry, details: { ...details } });
  }

  async function mustBeOurs({ organizationId }: Principal, environmentId: string | null | undefined): Promise<void> {
    if (environmentId !== null && environmentId !== undefined)
      await projects.getEnvironment(organizationId, environmentId);
  }

  /** Keeps what it is as what it was, and returns what to set. */
  async function rotate(trx: Tx, row: CredentialRow, data: Record<string, string>, endpoint: string | null) {
    const { organizationId, id, version } = row;
    const provider = getProvider(row.provider);
    const parsed = provider.schema.safeParse(data);
    if (!parsed.success) throw toInvalidInput(parsed.error, '/data');
    const before = await secrets.sealFormer(trx, organizationId, id, provider, await secrets.open(trx, row));
    await keepFormer(trx, { credentialId: id, organizationId, version, endpoint: row.endpoint, ...before });
    const after = await secrets.seal(trx, organizationId, id, provider, parsed.data as CredentialFields);
    return { ...after, endpoint, version: version + 1 };
  }

  /** Stored secrets go to no address but the one that they were given with: an endpoint changes with all of them. */
  function refuseMove({ data, endpoint }: UpdateCredential): void {
    if (data !== undefined || endpoint === undefined) return;
    const detail = 'goes together with data: davit sends stored secrets only where they were given for';
    throw kernelErrors.INVALID_INPUT({ fields: [{ pointer: '/endpoint', detail }] });
  }

  return {
    async get(organizationId: string, idOrName: string): Promise<Credential> {
      return present(await mustFind(db, organizationId, idOrName));
    },

    /** One more than `limit`, by name, so that the caller sees whether there is a next page. */
    async list(
      organizationId: string,
      query: { limit: number; after?: string | undefined; provider?: string | undefined },
    ) {
      const rows = await listCredentials(db, organizationId, { ...query, limit: query.limit + 1 });
      return rows.map(present);
    },

    async create(actor: Actor, input: CreateCredential): Promise<Credential> {
      const { principal } = actor;
      const { organizationId, userId } = principal;
      await mustBeOurs(principal, input.environmentId);
      const provider = getProvider(input.provider);
      const id = createId('crd');
      await nameTaken(() =>
        db.transaction().execute(async (trx) => {
          const { name, labels, environmentId = null, expiresAt = null, endpoint = null } = input;
          const fields = await secrets.seal(trx, organizationId, id, provider, input.data);
          const settings = { environmentId, expiresAt, endpoint, labels: JSON.stringify(labels), createdBy: userId };
          await insertCredential(trx, { id, organizationId, name, provider: provider.name, ...fields, ...settings });
          await record(trx, actor, 'create', { id }, { name, provider: provider.name });
        }),
      );
      return present(await mustFind(db, organizationId, id));
    },

    async update(actor: Actor, idOrName: string, input: UpdateCredential): Promise<Credential> {
      const { principal } = actor;
      const { organizationId } = principal;
      refuseMove(input);
      await mustBeOurs(principal, input.environmentId);
      const id = await nameTaken(() =>
        db.transaction().execute(async (trx) => {
          const row = await mustFind(trx, organizationId, idOrName, { lock: true });
          const { data, labels, endpoint, ...settings } = input;
          const fields = data === undefined ? {} : await rotate(trx, row, data, endpoint ?? null);
          const change = { ...settings, ...fields, ...(labels && { labels: JSON.stringify(labels) }) };
          await updateCredential(trx, organizationId, row.id, change);
          await record(trx, actor, data === undefined ? 'update' : 'rotate', row, { changed: Object.keys(input) });
          return row.id;
        }),
      );
      return present(await mustFind(db, organizationId, id));
    },

    /** Brings back what it was before its fields were replaced. */
    async restore(actor: Actor, idOrName: string): Promise<Credential> {
      const { organizationId } = actor.principal;
      const id = await db.transaction().execute(async (trx) => {
        const row = await mustFind(trx, organizationId, idOrName, { lock: true });
        const former = await takeFormer(trx, organizationId, row.id);
        if (former === undefined) throw credentialErrors.CREDENTIAL_NOT_ROTATED();
        const fields = await secrets.openFormer(trx, { ...former, id: row.id });
        const sealed = await secrets.seal(trx, organizationId, row.id, getProvider(row.provider), fields);
        const change = { ...sealed, endpoint: former.endpoint, version: row.version + 1 };
        await updateCredential(trx, organizationId, row.id, change);
        await record(trx, actor, 'restore', row, { version: former.version });
        return row.id;
      });
      return present(await mustFind(db, organizationId, id));
    },

    /** @throws AppError CREDENTIAL_IN_USE unless nothing uses it, or by force */
    async delete(actor: Actor, idOrName: string, { force }: { force: boolean }): Promise<void> {
      const { organizationId } = actor.principal;
      await db.transaction().execute(async (trx) => {
        const row = await mustFind(trx, organizationId, idOrName, { lock: true });
        const resources = await listUses(trx, organizationId, row.id);
        if (resources.length > 0 && !force) throw credentialErrors.CREDENTIAL_IN_USE({ details: { resources } });
        await deleteCredential(trx, organizationId, row.id);
        await record(trx, actor, 'delete', row, { name: row.name, ...(force ? { force, resources } : {}) });
      });
    },

    /** Signs in with it, once. @throws AppError OUTBOUND_* when there is no answer */
    async validate({ principal, address }: Actor, idOrName: string, signal: AbortSignal): Promise<Validation> {
      const row = await mustFind(db, principal.organizationId, idOrName);
      const provider = getProvider(row.provider);
      const fields = await secrets.open(db, row);
      const checkedAt = clock.now();
      const endpoint = row.endpoint ?? provider.endpoint;
      const verdict = await provider.validate(fields, { fetch, endpoint, signal, now: checkedAt });
      const { valid } = verdict;
      const message = maskWords(verdict.message, provider, fields);
      const identity = verdict.identity === undefined ? null : maskWords(verdict.identity, provider, fields);
      const entry = { principal, address, action: 'credential.validate', subject: row.id } as const;
      await audit.record({ ...entry, result: valid ? 'done' : 'failed', details: { message } });
      return { valid, message, identity, checkedAt };
    },
  };
}
