import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from './caddy-admin.ts';

/** What davit's part of the configuration is made of. Changes only with the settings: never with a deployment or a domain. */
export interface CaddySettings {
  /** Undefined: all addresses. */
  host: string | undefined;
  httpPort: number;
  httpsPort: number;
  acme: { directoryUrl: string; rootFile: string | undefined; email: string | undefined };
}

/** The proxy of the agent, behind Caddy. */
export interface CaddyUpstream {
  /** `HOST:PORT`. */
  address: string;
  /** The field and its value by which the agent knows Caddy. */
  front: { field: string; token: string };
  /** Path of the question whether a name may have a certificate. */
  questionPath: string;
}

/** How a version of Caddy names the question whether a name may have a certificate: `permission` since 2.8, `ask` before. */
export type CaddyDialect = 'permission' | 'ask';

/** The parts of Caddy's configuration that are davit's; all else is somebody else's. */
export interface OwnParts {
  servers: JsonObject;
  policy: JsonObject;
  onDemand: JsonObject;
}

const serverNames = ['davit', 'davit-http'] as const;
const policyId = 'davit';
const second = 1e9;

function route({ address, front }: CaddyUpstream): JsonObject {
  return {
    handle: [
      { handler: 'encode', encodings: { zstd: {}, gzip: {} }, prefer: ['zstd', 'gzip'] },
      {
        handler: 'reverse_proxy',
        upstreams: [{ dial: address }],
        // What an application writes it wants to be seen, as without Caddy.
        flush_interval: -1,
        headers: { request: { set: { [front.field]: [front.token] } } },
        // An agent that restarts is away for a moment: requests that did not reach it wait.
        load_balancing: { try_duration: 10 * second, try_interval: second / 10 },
        transport: {
          protocol: 'http',
          compression: false,
          // The agent keeps an idle connection longer: it never closes one that a request is just being sent on.
          keep_alive: { max_idle_conns_per_host: 1024, idle_timeout: 30 * second },
        },
      },
    ],
  };
}

/** Davit's part: all host names to the agent, which knows where each one goes. */
export function buildOwnParts(settings: CaddySettings, upstream: CaddyUpstream, dialect: CaddyDialect): OwnParts {
  const { host = '', httpPort, httpsPort, acme } = settings;
  const at = (port: number) => [`${host.includes(':') ? `[${host}]` : host}:${port}`];
  const server = { automatic_https: { disable: true }, routes: [route(upstream)] };
  const question = `http://${upstream.address}${upstream.questionPath}`;
  return {
    servers: {
      davit: { listen: at(httpsPort), tls_connection_policies: [{}], ...server },
      'davit-http': { listen: at(httpPort), ...server },
    },
    policy: {
      '@id': policyId,
      on_demand: true,
      issuers: [
        {
          module: 'acme',
          ca: acme.directoryUrl,
          ...(acme.email !== undefined && { email: acme.email }),
          ...(acme.rootFile !== undefined && { trusted_roots_pem_files: [acme.rootFile] }),
          challenges: { http: { alternate_port: httpPort }, 'tls-alpn': { alternate_port: httpsPort } },
        },
      ],
    },
    onDemand: dialect === 'ask' ? { ask: question } : { permission: { module: 'http', endpoint: question } },
  };
}

const objectAt = (value: unknown, key: string): JsonObject =>
  ((value as JsonObject | undefined)?.[key] as JsonObject | undefined) ?? {};

function partsOf(config: JsonObject) {
  const apps = objectAt(config, 'apps');
  const http = objectAt(apps, 'http');
  const tls = objectAt(apps, 'tls');
  const automation = objectAt(tls, 'automation');
  const policies = (automation['policies'] as JsonObject[] | undefined) ?? [];
  return { apps, http, servers: objectAt(http, 'servers'), tls, automation, policies };
}

/** Davit's parts as they are in a configuration; what is missing is undefined. */
function ownPartsIn(config: JsonObject): unknown {
  const { servers, automation, policies } = partsOf(config);
  return {
    servers: Object.fromEntries(serverNames.map((name) => [name, servers[name]])),
    policy: policies.find((policy) => policy['@id'] === policyId),
    onDemand: automation['on_demand'],
  };
}

/** Whether a configuration has davit's parts just so. */
export function hasOwnParts(config: JsonObject, own: OwnParts): boolean {
  return isDeepStrictEqual(ownPartsIn(config), own);
}

/** Whether somebody else decides which names get certificates on demand: there can be only one who does. */
export function hasForeignPermission(config: JsonObject, questionPath: string): boolean {
  const found = partsOf(config).automation['on_demand'];
  return found !== undefined && found !== null && !JSON.stringify(found).includes(questionPath);
}

/** The configuration with davit's parts put in; all else is as it was. */
export function withOwnParts(config: JsonObject, own: OwnParts): JsonObject {
  const { apps, http, servers, tls, automation, policies } = partsOf(config);
  // Last: a policy without names is for all that no other one names.
  const others = policies.filter((policy) => policy['@id'] !== policyId);
  return {
    ...config,
    apps: {
      ...apps,
      http: { ...http, servers: { ...servers, ...own.servers } },
      tls: { ...tls, automation: { ...automation, policies: [...others, own.policy], on_demand: own.onDemand } },
    },
  };
}
