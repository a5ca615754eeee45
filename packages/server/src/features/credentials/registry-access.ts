import { z } from 'zod';
import type { ImageRegistry } from '../../adapters/image-registry/image-registry.ts';
import { DOCKER_HUB_HOST, isDockerHub } from '../../kernel/docker-hub.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Actor, AuditLog } from '../organizations/index.ts';
import { credentialErrors } from './credential-errors.ts';
import { createCredentialSecrets, maskWords } from './credential-secrets.ts';
import { findCredential } from './credential-store.ts';
import { getProvider } from './providers.ts';

export const registryTestBody = z
  .strictObject({
    repository: z
      .string()
      .max(255)
      .regex(
        /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
        'must be the name of a repository without its host and tag, such as team/app',
      )
      .meta({ description: 'Without host and tag: `team/app`.' }),
    access: z.enum(['pull', 'push']).meta({ description: 'What is tried. Nothing stays in the registry.' }),
  })
  .meta({ id: 'RegistryTest' });
export type RegistryTest = z.output<typeof registryTestBody>;

export const registryVerdictSchema = z
  .strictObject({
    ok: z.boolean(),
    detail: z.string().meta({ description: 'The cause when it is not; holds no secret.' }),
    mend: z.string().nullable().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'RegistryVerdict' });
export type RegistryVerdict = z.output<typeof registryVerdictSchema>;

/** A registry as somebody who has this name and password there sees it. */
export type OpenRegistry = (login: { origin: string; username: string; password: string }) => ImageRegistry;

export interface RegistryAccessOptions {
  db: Db;
  secretBox: SecretBox;
  audit: AuditLog;
  open: OpenRegistry;
}

export type RegistryAccess = ReturnType<typeof createRegistryAccess>;

/** Tries what a stored credential may do in its registry. */
export function createRegistryAccess({ db, secretBox, audit, open }: RegistryAccessOptions) {
  const secrets = createCredentialSecrets(secretBox);
  return {
    /** @throws AppError CREDENTIAL_NOT_FOUND, CREDENTIAL_OF_NO_REGISTRY */
    async test(
      { principal, address }: Actor,
      idOrName: string,
      { repository, access }: RegistryTest,
      signal: AbortSignal,
    ): Promise<RegistryVerdict> {
      const row = await findCredential(db, principal.organizationId, idOrName);
      if (row === undefined) throw credentialErrors.CREDENTIAL_NOT_FOUND();
      if (row.provider !== 'docker_registry') throw credentialErrors.CREDENTIAL_OF_NO_REGISTRY();
      const fields = await secrets.open(db, row);
      const { server = '', username = '', password = '' } = fields;
      const host = isDockerHub(server) ? DOCKER_HUB_HOST : server;
      const { origin } = new URL(row.endpoint ?? `https://${host}`);
      const { ok, ...said } = await open({ origin, username, password }).testAccess(repository, access, signal);
      const detail = maskWords(said.detail, getProvider(row.provider), fields);
      const entry = { principal, address, action: 'credential.test_registry', subject: row.id } as const;
      await audit.record({ ...entry, result: ok ? 'done' : 'failed', details: { repository, access, detail } });
      return { ok, detail, mend: said.mend ?? null };
    },
  };
}
