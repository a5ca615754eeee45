import { randomBytes } from 'node:crypto';
import { createCredentialResolver, createCredentialService } from '../../src/features/credentials/index.ts';
import { createAuditLog } from '../../src/features/organizations/index.ts';
import { createProjectService } from '../../src/features/projects/index.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { createId } from '../../src/kernel/id.ts';
import { createSecretBox } from '../../src/platform/crypto/secret-box.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { createGuardedFetch } from '../../src/platform/outbound/guarded-fetch.ts';

/** One for all organizations of a database. */
const rootKey = randomBytes(32);

/** The credentials of a new organization on a real database; its providers may be on this machine. */
export async function createTestCredentials({ db }: Database, clock: Clock = systemClock) {
  const organizationId = createId('org');
  await db.insertInto('organizations').values({ id: organizationId, name: 'Acme' }).execute();
  const secretBox = createSecretBox({ db, rootKey });
  const audit = createAuditLog({ db });
  const projects = createProjectService({ db });
  const fetch = createGuardedFetch({ networks: ['127.0.0.1'] });
  const principal = {
    kind: 'user',
    userId: createId('usr'),
    organizationId,
    role: 'owner',
    sessionId: null,
    apiTokenId: null,
  } as const;
  return {
    organizationId,
    secretBox,
    audit,
    projects,
    actor: { principal, address: '127.0.0.1' },
    credentials: createCredentialService({ db, secretBox, audit, projects, fetch, clock }),
    resolver: createCredentialResolver({ db, secretBox, audit, clock }),
  };
}

export type TestCredentials = Awaited<ReturnType<typeof createTestCredentials>>;
