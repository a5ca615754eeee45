import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const serviceType = 'gcp:cloudrunv2/service:Service';
const accountType = 'gcp:serviceaccount/account:Account';
const secretType = 'gcp:secretmanager/secretIamMember:SecretIamMember';
const invokerType = 'gcp:cloudrunv2/serviceIamMember:ServiceIamMember';
const email = 'api-run@shop-prod.iam.gserviceaccount.com';
const image = 'europe-west3-docker.pkg.dev/shop-prod/apps/api:1.4.2';

const run = (spec: Record<string, unknown>) =>
  mockStack(
    program,
    { kind: 'GcpCloudRun', name: 'api', spec: { region: 'europe-west3', image, ...spec } },
    {
      [serviceType]: { uri: 'https://api-abc.a.run.app', project: 'shop-prod' },
      [accountType]: { email, member: `serviceAccount:${email}`, project: 'shop-prod' },
    },
  );

describe('a service', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({});
  });

  test('runs as an account of its own, which may do nothing', () => {
    expect(stack.types()).toEqual([serviceType, accountType, 'pulumi:providers:gcp']);
    expect(stack.argsOf(accountType)).toMatchObject({ accountId: 'api-run' });
    expect(stack.argsOf(serviceType)).toMatchObject({ template: { serviceAccount: email } });
  });

  test('is called from within only, and by nobody yet', () => {
    expect(stack.argsOf(serviceType)).toMatchObject({ ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' });
    expect(stack.types()).not.toContain(invokerType);
  });

  test('runs its image within limits', () => {
    expect(stack.argsOf(serviceType)).toEqual({
      name: 'api',
      location: 'europe-west3',
      ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
      deletionProtection: false,
      labels: { 'managed-by': 'davit' },
      template: {
        serviceAccount: email,
        timeout: '300s',
        maxInstanceRequestConcurrency: 80,
        scaling: { minInstanceCount: 0, maxInstanceCount: 10 },
        containers: [
          {
            image,
            ports: { containerPort: 8080 },
            envs: [],
            resources: { limits: { cpu: '1', memory: '512Mi' } },
          },
        ],
      },
    });
  });

  test('gives its name, address, account and project', () => {
    expect(stack.outputs).toEqual({
      serviceName: 'api',
      url: 'https://api-abc.a.run.app',
      serviceAccountEmail: email,
      projectId: 'shop-prod',
    });
  });
});

test('a secret is read by the account of the service, from Secret Manager', async () => {
  const stack = await run({
    env: { MODE: 'live' },
    secrets: { DATABASE_URL: { secret: 'database-url', version: '3' } },
  });
  expect(stack.argsOf(secretType)).toEqual({
    project: 'shop-prod',
    secretId: 'database-url',
    role: 'roles/secretmanager.secretAccessor',
    member: `serviceAccount:${email}`,
  });
  expect(stack.argsOf(serviceType)).toMatchObject({
    template: {
      containers: [
        {
          envs: [
            { name: 'MODE', value: 'live' },
            { name: 'DATABASE_URL', valueSource: { secretKeyRef: { secret: 'database-url', version: '3' } } },
          ],
        },
      ],
    },
  });
});

test('a secret in two variables is granted once', async () => {
  const stack = await run({ secrets: { ONE: { secret: 'shared' }, OTHER: { secret: 'shared' } } });
  expect(stack.types().filter((type) => type === secretType)).toHaveLength(1);
});

test('an account of the manifest is run as, and gets nothing more', async () => {
  const own = 'shop@shop-prod.iam.gserviceaccount.com';
  const stack = await run({ serviceAccount: own, secrets: { TOKEN: { secret: 'token' } } });
  expect(stack.types()).toEqual([serviceType, 'pulumi:providers:gcp']);
  expect(stack.argsOf(serviceType)).toMatchObject({ template: { serviceAccount: own } });
  expect(stack.outputs).toMatchObject({ serviceAccountEmail: own });
});

test('those who are named may call it, and everybody when that is said', async () => {
  const named = await run({ invokers: ['group:staff@example.com'] });
  expect(named.argsOf(invokerType)).toEqual({
    project: 'shop-prod',
    location: 'europe-west3',
    name: 'api',
    role: 'roles/run.invoker',
    member: 'group:staff@example.com',
  });
  const everybody = await run({ allowUnauthenticated: true, ingress: 'all' });
  expect(everybody.argsOf(invokerType)).toMatchObject({ member: 'allUsers' });
  expect(everybody.argsOf(serviceType)).toMatchObject({ ingress: 'INGRESS_TRAFFIC_ALL' });
});

test('a service takes its size, network, key, labels and project from the manifest', async () => {
  const network = 'projects/shop-prod/global/networks/main';
  const subnetwork = 'projects/shop-prod/regions/europe-west3/subnetworks/apps';
  const kmsKeyName = 'projects/shop-prod/locations/europe-west3/keyRings/main/cryptoKeys/run';
  const stack = await run({
    projectId: 'shop-prod',
    port: 3000,
    cpu: '2',
    memory: '2Gi',
    minInstances: 1,
    maxInstances: 3,
    concurrency: 10,
    timeoutSeconds: 60,
    ingress: 'internal-and-load-balancer',
    network,
    subnetwork,
    kmsKeyName,
    labels: { team: 'billing' },
    deletionProtection: true,
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-prod' });
  expect(stack.argsOf(serviceType)).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
    deletionProtection: true,
    labels: { 'managed-by': 'davit', team: 'billing' },
    template: {
      timeout: '60s',
      maxInstanceRequestConcurrency: 10,
      encryptionKey: kmsKeyName,
      scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
      vpcAccess: { egress: 'PRIVATE_RANGES_ONLY', networkInterfaces: [{ network, subnetwork }] },
      containers: [{ ports: { containerPort: 3000 }, resources: { limits: { cpu: '2', memory: '2Gi' } } }],
    },
  });
});

test.each([
  ['env', { env: { PORT: '80' } }],
  ['secrets', { env: { TOKEN: 'a' }, secrets: { TOKEN: { secret: 'token' } } }],
  ['minInstances', { minInstances: 11 }],
  ['network', { subnetwork: 'projects/a/regions/b/subnetworks/c' }],
  ['invokers', { invokers: ['allUsers'] }],
  ['image', { image: '-rm' }],
])('a manifest is refused for its %s', (field, refused) => {
  const judged = schema.safeParse({ region: 'europe-west3', image, ...refused });
  expect(judged.error?.issues.map(({ path }) => path[0])).toEqual([field]);
});
