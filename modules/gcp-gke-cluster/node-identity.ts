import type * as pulumi from '@pulumi/pulumi';
import { accountIdOf } from '../gcp-provider.ts';
import { type ProviderResource, providerResource } from '../provider-resource.ts';

/** Who the nodes of a cluster are. */
export interface NodeIdentity {
  readonly account: ProviderResource<'email' | 'project'>;
  /** What nodes have to hold before they start: without logs and metrics they do not become ready. */
  readonly grants: readonly pulumi.Resource[];
}

/** An account for these nodes alone: the one that GKE takes otherwise is an editor of the whole project in many. */
export function nodeIdentity(
  name: string,
  roles: readonly string[],
  ofProvider: pulumi.CustomResourceOptions,
): NodeIdentity {
  const account = providerResource(
    'gcp:serviceaccount/account:Account',
    name,
    { accountId: accountIdOf(name, 'nodes'), displayName: `Nodes of GKE cluster ${name}` },
    { ...ofProvider, outputs: ['email', 'member', 'project'] },
  );
  const all = new Set(['roles/container.defaultNodeServiceAccount', ...roles]);
  const grants = [...all].map((role) =>
    providerResource(
      'gcp:projects/iAMMember:IAMMember',
      `${name}-${role}`,
      { project: account.project, role, member: account.member },
      { ...ofProvider, parent: account },
    ),
  );
  return { account, grants };
}
