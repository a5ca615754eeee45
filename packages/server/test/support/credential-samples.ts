import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { ProviderName } from '../../src/features/credentials/index.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const base64 = (value: string) => Buffer.from(value).toString('base64');
const secret = () => randomBytes(15).toString('hex');

/** A kubeconfig with a token, for a cluster at this address. */
export function kubeconfigFor(server: string, user: object = { token: secret() }): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'one', user: 'someone' } }],
    clusters: [{ name: 'one', cluster: { server } }],
    users: [{ name: 'someone', user }],
  });
}

const uuid = '6f1c1c2e-6a61-4f6e-9d1a-0c8a0c5f5e11';

/** Fields of the right shape for every provider, with secrets that nothing else contains. */
export const credentialSamples: Readonly<Record<ProviderName, Record<string, string>>> = {
  gcp: {
    serviceAccountKeyBase64: base64(
      JSON.stringify({
        type: 'service_account',
        project_id: 'a-project',
        private_key_id: secret(),
        private_key: pem,
        client_email: 'robot@a-project.iam.gserviceaccount.com',
      }),
    ),
  },
  aws: {
    accountId: '123456789012',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: randomBytes(20).toString('hex'),
    region: 'eu-central-1',
  },
  azure: { clientId: uuid, clientSecret: secret(), tenantId: uuid, subscriptionId: uuid },
  cloudflare: { apiToken: secret() },
  mongodb_atlas: { publicKey: 'abcdefgh', privateKey: secret() },
  confluent: { apiKey: 'ABCDEFGH12345678', apiSecret: secret() },
  snowflake: { account: 'myorg-account_1', username: 'robot', privateKey: pem },
  digitalocean: { token: secret(), spacesAccessId: 'DO00EXAMPLE00EXAMPLE', spacesSecretKey: secret() },
  civo: { token: secret(), region: 'LON1' },
  kubernetes: { kubeconfigBase64: base64(kubeconfigFor('https://cluster.example.org')), context: 'main' },
  docker_registry: { server: 'registry.example.org:5000', username: 'robot', password: secret() },
};
