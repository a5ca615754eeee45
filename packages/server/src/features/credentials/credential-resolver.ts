import { sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { AuditLog } from '../organizations/index.ts';
import { chooseCredential } from './credential-choice.ts';
import { createCredentialSecrets } from './credential-secrets.ts';
import { deleteUse, forgetFormer, upsertUse } from './credential-store.ts';
import type { CredentialFields, ProviderEnvironment } from './provider.ts';
import { getProvider, type ProviderName } from './providers.ts';
import { readWantedCredential } from './wanted-credential.ts';

/** What needs a credential. */
export interface ResolveRequest {
  organizationId: string;
  provider: ProviderName;
  /** Of the stack; null when it belongs to none. */
  environmentId: string | null;
  /** `metadata.labels` of the manifest. */
  labels: Readonly<Record<string, string>>;
}

export interface ResolvedCredential extends ProviderEnvironment {
  id: string;
  name: string;
  provider: ProviderName;
  version: number;
  /** Why this one: `the only one for aws`. */
  reason: string;
  /** All fields of the provider, the secret ones too: `provider_config` of a module. */
  fields: CredentialFields;
  /** What must be masked wherever it shows up. */
  secrets: readonly string[];
}

/** A run that works with a credential on a cloud resource. */
export interface CredentialUse {
  organizationId: string;
  credential: Pick<ResolvedCredential, 'id' | 'name' | 'version' | 'reason'>;
  runId: string;
  resource: { id: string; name: string };
}

export interface CredentialResolverOptions {
  db: Db;
  secretBox: SecretBox;
  audit: AuditLog;
  clock: Clock;
}

export type CredentialResolver = ReturnType<typeof createCredentialResolver>;

const columns = [
  'id',
  'organizationId',
  'name',
  'labels',
  'environmentId',
  'expiresAt',
  'version',
  'publicFields',
  'sealedFields',
] as const;

/** Finds the credential for a manifest, and keeps who used which. */
export function createCredentialResolver({ db, secretBox, audit, clock }: CredentialResolverOptions) {
  const secrets = createCredentialSecrets(secretBox);

  async function listCandidates({ organizationId, provider, environmentId }: ResolveRequest) {
    const rows = await db
      .selectFrom('credentials')
      .select(columns)
      .where('organizationId', '=', organizationId)
      .where('provider', '=', provider)
      .where(sql<boolean>`(environment_id is null or environment_id = ${environmentId})`)
      .orderBy('name')
      .execute();
    return rows.map((row) => ({ ...row, labels: row.labels as Record<string, string> }));
  }

  return {
    /**
     * The one credential that the manifest means, opened. Nothing is recorded: see use().
     *
     * @throws AppError CREDENTIAL_NONE_FITS, CREDENTIAL_AMBIGUOUS, CREDENTIAL_EXPIRED, INVALID_INPUT
     */
    async resolve(request: ResolveRequest): Promise<ResolvedCredential> {
      const wanted = readWantedCredential(request.labels);
      const candidates = await listCandidates(request);
      const { chosen, reason } = chooseCredential(request.provider, candidates, wanted, clock.now());
      const provider = getProvider(request.provider);
      const fields = await secrets.open(db, chosen);
      return {
        id: chosen.id,
        name: chosen.name,
        provider: request.provider,
        version: chosen.version,
        reason,
        fields,
        secrets: provider.secrets.flatMap((name) => fields[name] ?? []),
        ...provider.toEnvironment(fields),
      };
    },

    /** Records, before the run gets it, that it uses the credential: in the audit log, and as what holds the credential back. */
    async use({ organizationId, credential, runId, resource }: CredentialUse): Promise<void> {
      await db.transaction().execute(async (trx) => {
        const row = {
          organizationId,
          credentialId: credential.id,
          runId,
          resourceId: resource.id,
          resourceName: resource.name,
        };
        await upsertUse(trx, row);
        await audit.record(trx, {
          principal: null,
          organizationId,
          action: 'credential.use',
          subject: credential.id,
          result: 'done',
          details: {
            name: credential.name,
            version: credential.version,
            reason: credential.reason,
            runId,
            resource: resource.name,
          },
        });
      });
    },

    /** A run has succeeded with this version: what the credential was before is no longer kept. */
    async succeeded({
      organizationId,
      credential,
    }: Pick<CredentialUse, 'organizationId' | 'credential'>): Promise<void> {
      await db.transaction().execute((trx) => forgetFormer(trx, organizationId, credential.id, credential.version));
    },

    /** A cloud resource is gone, and holds no credential back any more. */
    async release(organizationId: string, resourceId: string): Promise<void> {
      await deleteUse(db, organizationId, resourceId);
    },
  };
}
