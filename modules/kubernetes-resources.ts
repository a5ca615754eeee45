import * as pulumi from '@pulumi/pulumi';
import type { StackInput } from './kind-definition.ts';
import { type ProviderResource, pluginProvider, providerResource } from './provider-resource.ts';

/** The plugin that the Kubernetes modules were written for. */
const version = '4.34.2';

/** The field of a container that `computeResources` describes. */
export const containerResources = (spec: { cpuRequest: string; cpuLimit: string; memory: string }) => ({
  requests: { cpu: spec.cpuRequest, memory: spec.memory },
  limits: { cpu: spec.cpuLimit, memory: spec.memory },
});

/** What selects the pods of one deployment, and what its objects are labelled with. */
export const selectorLabels = (name: string): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/managed-by': 'davit',
});

/** Of a pod that the `restricted` standard admits. The group owns the files of its volumes. */
export const restrictedPod = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

/** Of a container that can change nothing but its volumes, and become nobody else. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** Lets pods of the same namespace come to one port, and nobody else but `others`. */
export const ingressPolicy = (name: string, port: number, others: readonly object[] = []) => ({
  podSelector: { matchLabels: selectorLabels(name) },
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: {} }, ...others], ports: [{ protocol: 'TCP', port }] }],
});

/** Registers an object of a cluster by its `apiVersion` and `kind`. */
export type CreateObject = <const Output extends string = never>(
  apiVersion: string,
  kind: string,
  args: { readonly metadata: { readonly name: string } & Record<string, unknown> } & Record<string, unknown>,
  options?: pulumi.CustomResourceOptions & { outputs?: readonly Output[] },
) => ProviderResource<Output>;

/**
 * Makes objects in the cluster of the credential. Its kubeconfig is the file that `KUBECONFIG` of the run names, and not an argument,
 * so that it is in no state; the context is an argument since the plugin reads it from no variable.
 */
export function kubernetesObjects(input: StackInput): {
  create: CreateObject;
  ofProvider: pulumi.CustomResourceOptions;
} {
  const { context } = input.provider_config;
  const ofProvider = {
    provider: pluginProvider('kubernetes', typeof context === 'string' ? { context } : {}, version),
    version,
  };
  return {
    ofProvider,
    create: (apiVersion, kind, args, options) =>
      providerResource(
        // Tokens name the group `core`, which an `apiVersion` leaves out.
        `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`,
        args.metadata.name,
        { apiVersion, kind, ...args },
        { ...ofProvider, ...options },
      ),
  };
}

/** The volume of a StatefulSet's pod. It stays when the set is destroyed, unless its data shall go too. */
export const dataVolume = (spec: {
  readonly storage: string;
  readonly storageClass?: string | undefined;
  readonly deleteData: boolean;
}) => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted: spec.deleteData ? 'Delete' : 'Retain', whenScaled: 'Retain' },
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(spec.storageClass === undefined ? {} : { storageClassName: spec.storageClass }),
        resources: { requests: { storage: spec.storage } },
      },
    },
  ],
});
