import { type Credential, warningsOf } from './credential.ts';
import type { CredentialRow } from './credential-store.ts';
import type { ProviderName } from './providers.ts';

/** What everybody in the organization may see of a credential. */
export function presentCredential(row: CredentialRow, now: Date): Credential {
  const { id, name, environmentId, endpoint, expiresAt, version, formerVersionKept, lastUsedAt, createdAt, updatedAt } =
    row;
  return {
    id,
    name,
    provider: row.provider as ProviderName,
    fields: row.publicFields as Record<string, string>,
    secretFields: row.secretNames,
    labels: row.labels as Record<string, string>,
    environmentId,
    endpoint,
    expiresAt,
    version,
    formerVersionKept,
    warnings: warningsOf(expiresAt, now),
    // The database writes times in JSON by itself.
    usedBy: row.usedBy.map((use) => ({ ...use, at: new Date(use.at) })),
    usedByCount: row.usedByCount,
    lastUsedAt,
    createdAt,
    updatedAt,
  };
}
