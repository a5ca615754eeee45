import { beforeAll, describe, expect, test } from 'vitest';
import { type MockedStack, mockStack } from '../mocked-stack.ts';
import { program } from './module.ts';
import { spec as schema } from './schema.ts';

const secret = 'aws:secretsmanager/secret:Secret';
const secretPolicy = 'aws:secretsmanager/secretPolicy:SecretPolicy';
const region = 'eu-central-1';

const run = (spec: Record<string, unknown>) =>
  mockStack(program, { kind: 'AwsSecretsManager', name: 'shop', spec: { region, ...spec } });

const policyOf = (stack: MockedStack): unknown => JSON.parse((stack.argsOf(secretPolicy) as { policy: string }).policy);

describe('a secret', () => {
  let stack: MockedStack;
  beforeAll(async () => {
    stack = await run({ secretNames: ['stripe'] });
  });

  test('is named after its manifest, and can be had back for a month', () => {
    expect(stack.argsOf(secret)).toEqual({
      name: 'shop/stripe',
      recoveryWindowInDays: 30,
      tags: { 'managed-by': 'davit' },
    });
    expect(stack.argsOf('pulumi:providers:aws')).toEqual({ region });
  });

  test('has no value', () => {
    expect(stack.types()).toEqual([secret, secretPolicy, 'pulumi:providers:aws']);
  });

  test('is never public, and lets nobody in but through TLS', () => {
    expect(stack.argsOf(secretPolicy)).toMatchObject({ secretArn: 'arn-of-shop/stripe', blockPublicPolicy: true });
    expect(policyOf(stack)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyInsecureTransport',
          Effect: 'Deny',
          Principal: '*',
          Action: 'secretsmanager:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });
});

test('several secrets are given by their names', async () => {
  const stack = await run({ secretNames: ['stripe', 'mail/smtp'] });
  expect(stack.types()).toEqual([secret, secret, secretPolicy, secretPolicy, 'pulumi:providers:aws']);
  expect(stack.outputs).toEqual({
    secretArns: { stripe: 'arn-of-shop/stripe', 'mail/smtp': 'arn-of-shop/mail/smtp' },
    region,
  });
});

test('a secret takes its key, readers, tags and time from the manifest', async () => {
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const reader = 'arn:aws:iam::123456789012:role/shop';
  const spec = {
    secretNames: ['stripe'],
    kmsKeyArn,
    readers: [reader],
    recoveryWindowDays: 7,
    tags: { team: 'billing' },
  };
  const stack = await run(spec);
  expect(stack.argsOf(secret)).toMatchObject({
    kmsKeyId: kmsKeyArn,
    recoveryWindowInDays: 7,
    tags: { 'managed-by': 'davit', team: 'billing' },
  });
  expect(policyOf(stack)).toMatchObject({
    Statement: [
      { Effect: 'Deny' },
      {
        Effect: 'Allow',
        Principal: { AWS: [reader] },
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      },
    ],
  });
});

test.each([
  ['no name', { secretNames: [] }],
  ['a name twice', { secretNames: ['stripe', 'stripe'] }],
  ['a name with a space', { secretNames: ['a b'] }],
  ['everybody as a reader', { secretNames: ['stripe'], readers: ['*'] }],
  ['a deletion at once', { secretNames: ['stripe'], recoveryWindowDays: 0 }],
  ['a value', { secretNames: ['stripe'], values: { stripe: 'sk' } }],
])('%s is refused', (_, spec) => {
  expect(schema.safeParse({ region, ...spec }).success).toBe(false);
});
