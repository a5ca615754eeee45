import { expect, test } from 'vitest';
import { credentialSamples } from '../../../test/support/credential-samples.ts';
import { createTestCredentials } from '../../../test/support/test-credentials.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createCredentialBody } from './credential.ts';
import { createRegistryCredentials } from './registry-credential.ts';

test('a registry is the one that was stored, in whatever letters, today or before they were made small', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const { organizationId, secretBox, projects, credentials, actor } = await createTestCredentials(database);
  const { environments } = await projects.create(organizationId, { name: 'shop', description: '' });
  const environmentId = environments[0]?.id ?? '';
  const registries = createRegistryCredentials({ db, secretBox, clock: systemClock });
  const registry = 'registry.example.org:5000';
  const data = { ...credentialSamples.docker_registry, server: 'Registry.Example.ORG:5000' };
  const input = createCredentialBody.parse({ name: 'loud', provider: 'docker_registry', data });
  const { id } = await credentials.create(actor, input);
  const stored = () => db.selectFrom('credentials').select('publicFields').where('id', '=', id).executeTakeFirst();
  const seen = async () => ({
    found: (await registries.find({ organizationId, environmentId, registry }))?.name,
    usable: (await registries.listUsable({ organizationId, environmentId })).logins.map((login) => login.registry),
  });
  expect(await stored()).toMatchObject({ publicFields: { server: registry } });
  expect(await seen()).toEqual({ found: 'loud', usable: [registry] });

  const publicFields = JSON.stringify({ server: data.server, username: 'robot' });
  await db.updateTable('credentials').set({ publicFields }).where('id', '=', id).execute();
  expect(await seen()).toEqual({ found: 'loud', usable: [registry] });
});
