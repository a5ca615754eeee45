import type { z } from 'zod';
import { containerResources, restrictedContainer, restrictedPod, selectorLabels } from '../kubernetes-resources.ts';
import type { spec as specSchema } from './schema.ts';

type Spec = z.output<typeof specSchema>;

function environment({ env, secretEnv }: Spec): unknown[] {
  return [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...Object.entries(secretEnv).map(([name, { secret, key }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
  ];
}

/** Ready at once when it answers; restarted after a minute of silence, and given two minutes to begin with. */
function probes({ healthPath }: Spec): Record<string, unknown> {
  const check =
    healthPath === undefined ? { tcpSocket: { port: 'http' } } : { httpGet: { path: healthPath, port: 'http' } };
  return {
    startupProbe: { ...check, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { ...check, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 },
  };
}

/** The pods of a deployment: no root, no token of the cluster, nothing to write to but the folders that are asked for. */
export function podTemplate(name: string, spec: Spec): Record<string, unknown> {
  const volumes = spec.writablePaths.map((mountPath, index) => ({ name: `writable-${index}`, mountPath }));
  return {
    metadata: { labels: selectorLabels(name) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(spec.runAsUser),
      ...(spec.imagePullSecret === undefined ? {} : { imagePullSecrets: [{ name: spec.imagePullSecret }] }),
      containers: [
        {
          name: 'main',
          image: spec.image,
          ...(spec.command === undefined ? {} : { command: spec.command }),
          ...(spec.args === undefined ? {} : { args: spec.args }),
          ports: [{ name: 'http', containerPort: spec.port, protocol: 'TCP' }],
          env: environment(spec),
          resources: containerResources(spec.resources),
          securityContext: restrictedContainer,
          ...probes(spec),
          volumeMounts: volumes,
        },
      ],
      volumes: volumes.map((volume) => ({ name: volume.name, emptyDir: { sizeLimit: '256Mi' } })),
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selectorLabels(name) },
        },
      ],
    },
  };
}
