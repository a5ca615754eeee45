import { sql } from 'kysely';
import { AppError } from '../../kernel/app-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isDockerHub } from '../../kernel/docker-hub.ts';
import type { SecretBox } from '../../platform/crypto/secret-box.ts';
import type { Db } from '../../platform/db/database.ts';
import { credentialErrors } from './credential-errors.ts';
import { createCredentialSecrets } from './credential-secrets.ts';

/** Who asks, and for which registry: its host name, with its port where it needs one. */
export interface RegistryRequest {
  organizationId: string;
  environmentId: string;
  registry: string;
}

/** What a registry is told. */
export interface RegistryCredential {
  name: string;
  username: string;
  password: string;
}

/** What an organization has stored for an environment's builds. */
export interface UsableRegistries {
  logins: ({ registry: string } & RegistryCredential)[];
  /** One sentence each. */
  faults: string[];
}

/** In small letters, as names of images have it: what was stored earlier may have others. */
const serverOf = ({ publicFields }: { publicFields: unknown }) =>
  ((publicFields as Record<string, string>)['server'] ?? '').toLowerCase();

const isSameRegistry = (one: string, other: string) => one === other || (isDockerHub(one) && isDockerHub(other));

/** Finds what an organization has stored for a registry. */
export function createRegistryCredentials(options: { db: Db; secretBox: SecretBox; clock: Clock }) {
  const { db, clock } = options;
  const secrets = createCredentialSecrets(options.secretBox);

  async function listFitting({ organizationId, environmentId }: Omit<RegistryRequest, 'registry'>) {
    return await db
      .selectFrom('credentials')
      .select(['id', 'organizationId', 'name', 'environmentId', 'expiresAt', 'publicFields', 'sealedFields'])
      .where('organizationId', '=', organizationId)
      .where('provider', '=', 'docker_registry')
      .where(sql<boolean>`(environment_id is null or environment_id = ${environmentId})`)
      .orderBy('name')
      .execute();
  }

  /**
   * The one of the environment comes before those of every environment; undefined when there is none, and nobody signs in.
   *
   * @throws AppError CREDENTIAL_AMBIGUOUS, CREDENTIAL_EXPIRED
   */
  async function find(request: RegistryRequest): Promise<RegistryCredential | undefined> {
    const { registry } = request;
    const fitting = (await listFitting(request)).filter((row) => isSameRegistry(serverOf(row), registry));
    const own = fitting.filter((row) => row.environmentId !== null);
    const [chosen, ...others] = own.length > 0 ? own : fitting;
    if (chosen === undefined) return undefined;
    if (others.length > 0) {
      const names = [chosen, ...others].map(({ name }) => name).join(', ');
      throw credentialErrors.CREDENTIAL_AMBIGUOUS({
        message: `Several credentials fit the registry ${registry}: ${names}.`,
        hint: 'Delete all but one, or give one of them to the environment.',
      });
    }
    if (chosen.expiresAt !== null && chosen.expiresAt <= clock.now()) {
      throw credentialErrors.CREDENTIAL_EXPIRED({ message: `The credential '${chosen.name}' has expired.` });
    }
    const { username = '', password = '' } = await secrets.open(db, chosen);
    return { name: chosen.name, username, password };
  }

  return {
    find,

    /**
     * For a build, which names its registries itself: each that something usable is stored for. What is not usable is said,
     * and the build goes on: most builds need none of them.
     */
    async listUsable(request: Omit<RegistryRequest, 'registry'>): Promise<UsableRegistries> {
      const found: UsableRegistries = { logins: [], faults: [] };
      for (const registry of new Set((await listFitting(request)).map(serverOf))) {
        try {
          const credential = await find({ ...request, registry });
          if (credential !== undefined) found.logins.push({ registry, ...credential });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          found.faults.push(`${error.message} Nobody signs in to ${registry}.`);
        }
      }
      return found;
    },
  };
}
