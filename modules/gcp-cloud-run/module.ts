import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { accountIdOf, gcpOptions } from '../gcp-provider.ts';
import type { StackInput } from '../kind-definition.ts';
import { providerResource } from '../provider-resource.ts';
import { containerTemplate } from './container-template.ts';
import { spec as specSchema } from './schema.ts';

type Spec = z.infer<typeof specSchema>;

const ingress = {
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-load-balancer': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
  all: 'INGRESS_TRAFFIC_ALL',
} as const;

interface Identity {
  readonly email: pulumi.Output<string>;
  /** What it has to hold before it is run as. */
  readonly grants: readonly pulumi.Resource[];
}

/** An account for this service alone: the one that Cloud Run takes otherwise is an editor of the whole project in many. */
function ownIdentity(name: string, spec: Spec, ofProvider: pulumi.CustomResourceOptions): Identity {
  const account = providerResource(
    'gcp:serviceaccount/account:Account',
    name,
    { accountId: accountIdOf(name, 'run'), displayName: `Cloud Run service ${name}` },
    { ...ofProvider, outputs: ['email', 'member', 'project'] },
  );
  const secrets = new Set(Object.values(spec.secrets).map(({ secret }) => secret));
  const grants = [...secrets].map((secretId) =>
    providerResource(
      'gcp:secretmanager/secretIamMember:SecretIamMember',
      `${name}-${secretId}`,
      { project: account.project, secretId, role: 'roles/secretmanager.secretAccessor', member: account.member },
      { ...ofProvider, parent: account },
    ),
  );
  return { email: account.email, grants };
}

/** A service that runs as an account of its own and is called by those who are named. */
export async function program(input: StackInput): Promise<Record<string, pulumi.Output<string>>> {
  const { name } = input.target.metadata;
  const spec = specSchema.parse(input.target.spec);
  const ofProvider = gcpOptions(spec.projectId);
  const identity: Identity =
    spec.serviceAccount === undefined
      ? ownIdentity(name, spec, ofProvider)
      : { email: pulumi.output(spec.serviceAccount), grants: [] };
  const service = providerResource(
    'gcp:cloudrunv2/service:Service',
    name,
    {
      name,
      location: spec.region,
      ingress: ingress[spec.ingress],
      deletionProtection: spec.deletionProtection,
      labels: { 'managed-by': 'davit', ...spec.labels },
      template: containerTemplate(spec, identity.email),
    },
    { ...ofProvider, outputs: ['name', 'uri', 'project'], dependsOn: [...identity.grants] },
  );
  for (const member of spec.allowUnauthenticated ? ['allUsers', ...spec.invokers] : spec.invokers) {
    providerResource(
      'gcp:cloudrunv2/serviceIamMember:ServiceIamMember',
      `${name}-${member}`,
      { project: service.project, location: spec.region, name: service.name, role: 'roles/run.invoker', member },
      { ...ofProvider, parent: service },
    );
  }
  return {
    serviceName: service.name,
    url: service.uri,
    serviceAccountEmail: identity.email,
    projectId: service.project,
  };
}
