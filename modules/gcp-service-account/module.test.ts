import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';
import { mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const accountType = 'gcp:serviceaccount/account:Account';
const roleType = 'gcp:projects/iAMMember:IAMMember';
const identityType = 'gcp:serviceaccount/iAMMember:IAMMember';
const email = 'invoices@shop-prod.iam.gserviceaccount.com';
const path = `projects/shop-prod/serviceAccounts/${email}`;
const told = {
  [accountType]: { name: path, email, member: `serviceAccount:${email}`, project: 'shop-prod' },
  'gcp:serviceaccount/key:Key': { privateKey: 'e30=' },
};

const run = (spec: Record<string, unknown>, of = program) =>
  mockStack(of, { kind: 'GcpServiceAccount', name: 'invoices', spec }, told);

test('an account may do nothing and has no key until its manifest says so', async () => {
  const stack = await run({});
  expect(stack.types()).toEqual([accountType, 'pulumi:providers:gcp']);
  expect(stack.argsOf(accountType)).toEqual({
    accountId: 'invoices',
    displayName: 'invoices',
    description: 'Managed by davit',
  });
  expect(stack.outputs).toEqual({ email, member: `serviceAccount:${email}`, projectId: 'shop-prod' });
});

test('an account gets each of its roles in its own project', async () => {
  const stack = await run({ roles: ['roles/storage.objectViewer'] });
  expect(stack.argsOf(roleType)).toEqual({
    project: 'shop-prod',
    role: 'roles/storage.objectViewer',
    member: `serviceAccount:${email}`,
  });
  const two = await run({ roles: ['roles/storage.objectViewer', 'roles/pubsub.publisher'] });
  expect(two.types().filter((type) => type === roleType)).toHaveLength(2);
});

test('a service account of Kubernetes acts as it by workload identity', async () => {
  const stack = await run({ kubernetesServiceAccounts: ['billing/invoices'] });
  expect(stack.argsOf(identityType)).toEqual({
    serviceAccountId: path,
    role: 'roles/iam.workloadIdentityUser',
    member: 'serviceAccount:shop-prod.svc.id.goog[billing/invoices]',
  });
});

test('a key that is asked for is a secret output', async () => {
  let key: pulumi.Output<string> | undefined;
  const stack = await run({ createKey: true }, async (input) => {
    const outputs = await program(input);
    key = outputs['keyBase64'];
    return outputs;
  });
  expect(stack.argsOf('gcp:serviceaccount/key:Key')).toEqual({ serviceAccountId: path });
  expect(stack.outputs).toMatchObject({ keyBase64: 'e30=' });
  expect(key && (await pulumi.isSecret(key))).toBe(true);
});

test('an account takes its project, id and words from the manifest', async () => {
  const stack = await run({
    projectId: 'shop-test',
    accountId: 'invoices-reader',
    displayName: 'Reader of invoices',
    description: 'Reads',
  });
  expect(stack.argsOf('pulumi:providers:gcp')).toEqual({ project: 'shop-test' });
  expect(stack.argsOf(accountType)).toEqual({
    accountId: 'invoices-reader',
    displayName: 'Reader of invoices',
    description: 'Reads',
  });
});

test.each(['roles/owner', 'roles/editor', 'roles/viewer', 'storage.objectViewer', 'roles/a/b'])(
  'the role %s is refused',
  (role) => {
    expect(schema.safeParse({ roles: [role] }).success).toBe(false);
  },
);

test('roles of projects and organizations are taken, each once', () => {
  expect(schema.safeParse({ roles: ['projects/shop-prod/roles/clerk', 'organizations/12/roles/clerk'] }).success).toBe(
    true,
  );
  expect(schema.safeParse({ roles: ['roles/run.invoker', 'roles/run.invoker'] }).success).toBe(false);
});
