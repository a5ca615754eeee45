import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../test/support/test-database.ts';
import { createAppImages } from './app-images.ts';
import { loadConfig } from './config/config.ts';
import { systemClock } from './kernel/clock.ts';
import { createSecretBox } from './platform/crypto/secret-box.ts';
import { createOutboundNetwork } from './platform/outbound/outbound-network.ts';

test('an image that is gone is fetched again from where it may be fetched at all, and from the operator’s own registry', async () => {
  await using database = await createTestDatabase();
  const { db } = database;
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const own = { REGISTRY_URL: 'https://10.1.2.3:5000/team', REGISTRY_USERNAME: 'robot', REGISTRY_PASSWORD: 'secret' };
  const config = loadConfig({ ...own, DATA_DIR: '/nowhere' });
  const network = createOutboundNetwork({ networks: config.outboundNetworks });
  const images = createAppImages({
    config,
    db,
    secretBox,
    clock: systemClock,
    installation: async () => 'none',
    network: () => network,
  });
  const digest = `sha256:${'a'.repeat(64)}`;
  const authOf = (name: string) => images.authOf('svc_gone', `${name}@${digest}`, new AbortController().signal);
  for (const name of ['169.254.169.254/x', '10.1.2.3:5000/other/app', '127.0.0.1:5000/app'])
    await expect(authOf(name)).rejects.toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
  expect(await authOf('10.1.2.3:5000/team/svc_gone')).toMatchObject({ username: 'robot' });
});
