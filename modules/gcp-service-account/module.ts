import * as pulumi from '@pulumi/pulumi';
import { gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { spec as specSchema } from './schema.ts';

const roleOfWorkloadIdentity = 'roles/iam.workloadIdentityUser';

/** An account with its roles, one binding each: bindings of others for the same role are left as they are. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = gcpOptions(spec.projectId);
  const account = providerResource(
    'gcp:serviceaccount/account:Account',
    name,
    {
      accountId: spec.accountId ?? name,
      displayName: spec.displayName ?? name,
      description: spec.description,
    },
    { ...ofProvider, outputs: ['name', 'email', 'member', 'project'] },
  );
  const options = { ...ofProvider, parent: account };
  for (const role of spec.roles) {
    providerResource(
      'gcp:projects/iAMMember:IAMMember',
      `${name}-${role}`,
      { project: account.project, role, member: account.member },
      options,
    );
  }
  for (const kubernetesAccount of spec.kubernetesServiceAccounts) {
    providerResource(
      'gcp:serviceaccount/iAMMember:IAMMember',
      `${name}-${kubernetesAccount}`,
      {
        serviceAccountId: account.name,
        role: roleOfWorkloadIdentity,
        member: pulumi.interpolate`serviceAccount:${account.project}.svc.id.goog[${kubernetesAccount}]`,
      },
      options,
    );
  }
  const outputs = { email: account.email, member: account.member, projectId: account.project };
  if (!spec.createKey) return outputs;
  const key = providerResource(
    'gcp:serviceaccount/key:Key',
    name,
    { serviceAccountId: account.name },
    { ...options, outputs: ['privateKey'], additionalSecretOutputs: ['privateKey'] },
  );
  return { ...outputs, keyBase64: pulumi.secret(key.privateKey) };
}
