import type { z } from 'zod';
import { containerResources, restrictedContainer, restrictedPod, selectorLabels } from '../kubernetes-resources.ts';
import type { spec as specSchema } from './schema.ts';

type Spec = z.output<typeof specSchema>;

/** Of `postgres` in the official images on Debian. */
const postgresUser = 999;

/** Who may come when TLS is required: by the socket or by TLS, and by password always. */
export const tlsOnlyAccess = `local all all scram-sha-256
hostssl all all all scram-sha-256
`;

/** Key and certificate, and the file of who may come that refuses connections without TLS. */
function tlsParts({ tlsSecret }: Spec, configName: string) {
  if (tlsSecret === undefined) return { settings: [], mounts: [], volumes: [] };
  return {
    settings: [
      'ssl=on',
      'ssl_cert_file=/etc/postgres-tls/tls.crt',
      'ssl_key_file=/etc/postgres-tls/tls.key',
      'ssl_min_protocol_version=TLSv1.2',
      'hba_file=/etc/postgres-access/pg_hba.conf',
    ],
    mounts: [
      { name: 'tls', mountPath: '/etc/postgres-tls', readOnly: true },
      { name: 'access', mountPath: '/etc/postgres-access', readOnly: true },
    ],
    volumes: [
      // PostgreSQL takes a key of root's only if others cannot read it.
      { name: 'tls', secret: { secretName: tlsSecret, defaultMode: 0o440 } },
      { name: 'access', configMap: { name: configName } },
    ],
  };
}

/** The pod of the server. Its password comes from a file, so that it is in no environment that a crash or `describe` shows. */
export function podTemplate(name: string, spec: Spec, secretName: string): Record<string, unknown> {
  const tls = tlsParts(spec, name);
  const settings = [`max_connections=${spec.maxConnections}`, 'password_encryption=scram-sha-256', ...tls.settings];
  const check = {
    exec: { command: ['pg_isready', '-q', '-h', '127.0.0.1', '-U', spec.username, '-d', spec.database] },
  };
  return {
    metadata: { labels: selectorLabels(name) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(postgresUser),
      // A fast shutdown writes a checkpoint, which takes its time on a slow volume.
      terminationGracePeriodSeconds: 120,
      containers: [
        {
          name: 'postgres',
          image: spec.image ?? `docker.io/library/postgres:${spec.version}-bookworm`,
          args: settings.flatMap((setting) => ['-c', setting]),
          ports: [{ name: 'postgres', containerPort: 5432, protocol: 'TCP' }],
          env: [
            { name: 'POSTGRES_DB', value: spec.database },
            { name: 'POSTGRES_USER', value: spec.username },
            { name: 'POSTGRES_PASSWORD_FILE', value: '/etc/postgres-password/password' },
            {
              name: 'POSTGRES_INITDB_ARGS',
              value: '--data-checksums --auth-host=scram-sha-256 --auth-local=scram-sha-256',
            },
            // A folder below the volume: its root may hold lost+found. The place in the image differs from version 18 on.
            { name: 'PGDATA', value: '/data/pgdata' },
          ],
          resources: containerResources(spec.resources),
          securityContext: restrictedContainer,
          startupProbe: { ...check, periodSeconds: 3, timeoutSeconds: 5, failureThreshold: 100 },
          readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
          livenessProbe: { ...check, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'run', mountPath: '/var/run/postgresql' },
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'shared-memory', mountPath: '/dev/shm' },
            { name: 'password', mountPath: '/etc/postgres-password', readOnly: true },
            ...tls.mounts,
          ],
        },
      ],
      volumes: [
        { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
        { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
        // Parallel queries share memory there; the 64 MB of a container's own are soon too few.
        { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
        {
          name: 'password',
          secret: { secretName, defaultMode: 0o440, items: [{ key: 'password', path: 'password' }] },
        },
        ...tls.volumes,
      ],
    },
  };
}
