import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { inAwsRegion, tagsOf } from '../aws-plugin.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

/** A policy of a secret is about that one, whatever it names: AWS wants `*`. */
function secretPolicy(readers: z.infer<typeof specSchema>['readers']): string {
  const tlsOnly = {
    Sid: 'DenyInsecureTransport',
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const read = {
    Sid: 'Read',
    Effect: 'Allow',
    Principal: { AWS: readers },
    Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: readers.length === 0 ? [tlsOnly] : [tlsOnly, read] });
}

/** Secrets without values, each with its policy: a value is put by who knows it, and so is in no manifest and no state. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<unknown>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = inAwsRegion(spec.region);
  const policy = secretPolicy(spec.readers);

  const arns = spec.secretNames.map((secretName) => {
    const secret = providerResource(
      'aws:secretsmanager/secret:Secret',
      `${name}/${secretName}`,
      {
        name: `${name}/${secretName}`,
        ...(spec.kmsKeyArn !== undefined && { kmsKeyId: spec.kmsKeyArn }),
        recoveryWindowInDays: spec.recoveryWindowDays,
        tags: tagsOf(spec),
      },
      { ...ofProvider, outputs: ['arn'] },
    );
    providerResource(
      'aws:secretsmanager/secretPolicy:SecretPolicy',
      `${name}/${secretName}`,
      { secretArn: secret.arn, policy, blockPublicPolicy: true },
      { ...ofProvider, parent: secret },
    );
    return [secretName, secret.arn] as const;
  });
  return { secretArns: pulumi.output(Object.fromEntries(arns)), region: pulumi.output(spec.region) };
}
