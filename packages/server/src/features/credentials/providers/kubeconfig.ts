import { parseDocument } from 'yaml';
import { z } from 'zod';

/** One cluster of a kubeconfig, and how one signs in to it. */
export interface Cluster {
  /** https, without a slash at its end. */
  server: string;
  /** PEM. */
  authority: string | undefined;
  token: string | undefined;
  user: { name: string; password: string } | undefined;
  /** PEM. */
  client: { certificate: string; key: string } | undefined;
}

const named = <T extends z.ZodType>(key: string, inner: T) =>
  z.array(z.looseObject({ name: z.string(), [key]: inner }));
const text = z.string().max(65_536).optional();

/** What is read of it; `certificate-authority`, `exec` and their like lead to files and programs of davit's own machine. */
const kubeconfig = z.looseObject({
  'current-context': text,
  contexts: named('context', z.looseObject({ cluster: z.string(), user: z.string() })),
  clusters: named(
    'cluster',
    z.looseObject({
      server: z.string(),
      'certificate-authority-data': text,
      'insecure-skip-tls-verify': z.literal(false).optional(),
    }),
  ),
  users: named(
    'user',
    z.looseObject({
      token: text,
      username: text,
      password: text,
      'client-certificate-data': text,
      'client-key-data': text,
    }),
  ),
});

const leadsElsewhere = [
  'exec',
  'auth-provider',
  'tokenFile',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'proxy-url',
];

function parse(base64: string): unknown {
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(base64)) return undefined;
  const document = parseDocument(Buffer.from(base64, 'base64').toString('utf8'), { schema: 'core', strict: true });
  if (document.errors.length > 0) return undefined;
  try {
    // JSON, of which YAML 1.2 is a superset, has no aliases, and no kubeconfig needs any.
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

const pem = (data: string | undefined) =>
  data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');

function forbiddenIn(...parts: readonly object[]): string | undefined {
  return parts.flatMap((part) => Object.keys(part)).find((key) => leadsElsewhere.includes(key));
}

/** The cluster of a context, or of the current one. What is wrong, in words, where there is none that can be used. */
export function readKubeconfig(base64: string, contextName: string | undefined): Cluster | string {
  const parsed = kubeconfig.safeParse(parse(base64));
  if (!parsed.success) return 'is not a kubeconfig in base64';
  const { contexts, clusters, users } = parsed.data;
  const everything = [...clusters.map((one) => one['cluster']), ...users.map((one) => one['user'])] as object[];
  const forbidden = forbiddenIn(...everything);
  if (forbidden !== undefined) return `names a file, a program or a proxy (${forbidden}): what it needs must be in it`;
  const wanted = contextName ?? parsed.data['current-context'];
  const context = contexts.find(({ name }) => name === wanted)?.['context'] as
    | { cluster: string; user: string }
    | undefined;
  if (context === undefined) return contextName === undefined ? 'has no current context' : 'has no such context';
  const cluster = clusters.find(({ name }) => name === context.cluster)?.['cluster'] as
    | Record<string, string>
    | undefined;
  const user = users.find(({ name }) => name === context.user)?.['user'] as Record<string, string> | undefined;
  if (cluster === undefined || user === undefined) return 'has a context without its cluster or its user';
  const server = cluster['server'] ?? '';
  if (URL.parse(server)?.protocol !== 'https:') return 'has a server whose address does not begin with https';
  const [certificate, key] = [pem(user['client-certificate-data']), pem(user['client-key-data'])];
  const { token, username: name, password } = user;
  return {
    server: server.replace(/\/+$/, ''),
    authority: pem(cluster['certificate-authority-data']),
    token,
    user: name !== undefined && password !== undefined ? { name, password } : undefined,
    client: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
  };
}
