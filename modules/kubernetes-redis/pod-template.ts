import type { z } from 'zod';
import { containerResources, restrictedContainer, restrictedPod, selectorLabels } from '../kubernetes-resources.ts';
import type { spec as specSchema } from './schema.ts';

type Spec = z.output<typeof specSchema>;

/** Of `redis` in the official images on Debian. */
const redisUser = 999;
const port = 6379;

/** With a certificate, the one port there is takes TLS. */
const listening = ({ tlsSecret }: Spec): string[] =>
  tlsSecret === undefined
    ? ['--port', String(port)]
    : [
        '--port',
        '0',
        '--tls-port',
        String(port),
        '--tls-auth-clients',
        'no',
        '--tls-cert-file',
        '/etc/redis-tls/tls.crt',
        '--tls-key-file',
        '/etc/redis-tls/tls.key',
      ];

/** The command of the server: its password comes from the file that is named first. Every write is in the log within a second. */
function command(spec: Spec): string[] {
  return [
    'redis-server',
    '/etc/redis-auth/auth.conf',
    '--dir',
    '/data',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
    '--maxmemory',
    `${spec.maxMemoryMegabytes}mb`,
    '--maxmemory-policy',
    spec.evictionPolicy,
    ...listening(spec),
  ];
}

/** The pod of the server. */
export function podTemplate(name: string, spec: Spec, secretName: string): Record<string, unknown> {
  // -e makes an answer such as "loading" a failure; the certificate names the service and not the loopback address.
  const tls = spec.tlsSecret === undefined ? [] : ['--tls', '--insecure'];
  const ping = { exec: { command: ['redis-cli', '-h', '127.0.0.1', ...tls, '-e', 'ping'] } };
  const certificate =
    spec.tlsSecret === undefined ? [] : [{ name: 'tls', mountPath: '/etc/redis-tls', readOnly: true }];
  return {
    metadata: { labels: selectorLabels(name) },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(redisUser),
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: 'redis',
          image: spec.image ?? `docker.io/library/redis:${spec.version}-bookworm`,
          command: command(spec),
          ports: [{ name: 'redis', containerPort: port, protocol: 'TCP' }],
          // For the probes: redis-cli reads a password from nowhere else but its arguments.
          env: [{ name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef: { name: secretName, key: 'password' } } }],
          resources: containerResources({
            cpuRequest: '50m',
            cpuLimit: spec.cpuLimit,
            memory: `${Math.ceil(spec.maxMemoryMegabytes * 1.5) + 32}Mi`,
          }),
          securityContext: restrictedContainer,
          startupProbe: { ...ping, periodSeconds: 3, timeoutSeconds: 5, failureThreshold: 100 },
          readinessProbe: { ...ping, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
          livenessProbe: { tcpSocket: { port: 'redis' }, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'auth', mountPath: '/etc/redis-auth', readOnly: true },
            ...certificate,
          ],
        },
      ],
      volumes: [
        { name: 'auth', secret: { secretName, defaultMode: 0o440, items: [{ key: 'auth.conf', path: 'auth.conf' }] } },
        ...(spec.tlsSecret === undefined
          ? []
          : [{ name: 'tls', secret: { secretName: spec.tlsSecret, defaultMode: 0o440 } }]),
      ],
    },
  };
}
