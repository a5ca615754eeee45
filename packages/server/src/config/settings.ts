import {
  absolutePath,
  boolean,
  choice,
  duration,
  folder,
  hostName,
  integer,
  listenHost,
  networkList,
  optional,
  port,
  postgresUrl,
  readableFile,
  rootKey,
  setting,
  signingSecret,
  webUrl,
} from './setting.ts';

/** Every environment variable that davit reads, in the order of the documentation (docs/configuration.md). */
export const settings = {
  HOST: setting(listenHost, {
    default: '127.0.0.1',
    meaning:
      'Address that the API and the web interface listen on. Another than loopback is refused where processes cannot be kept apart.',
  }),
  PORT: setting(port, { default: '4000', meaning: 'Port of the API, the web interface, `/health` and `/metrics`.' }),
  PROXY_PORT: setting(port, {
    default: '4080',
    meaning: 'Port of the embedded proxy, where the services are reached.',
  }),
  PROXY_HOST: optional(listenHost, {
    shownDefault: 'as HOST',
    meaning: 'Address that the embedded proxy listens on. Refused like HOST where processes cannot be kept apart.',
  }),
  BASE_URL: optional(webUrl, {
    shownDefault: '`http://localhost:PORT`',
    meaning:
      'Address at which people and programs reach davit, where it is another (behind a proxy, for instance). Its host must not be below BASE_DOMAIN.',
  }),
  BASE_DOMAIN: setting(hostName, {
    default: 'localhost',
    meaning: 'Services get the host name `NAME.BASE_DOMAIN`; a wildcard DNS record must lead it here.',
  }),
  TRUSTED_PROXIES: optional(networkList, {
    shownDefault: 'none',
    meaning: 'Proxies before davit whose `X-Forwarded-*` headers are believed.',
  }),
  DATA_DIR: optional(folder, {
    shownDefault: '`/var/lib/davit` for root, else `$XDG_DATA_HOME/davit` or `~/.local/share/davit`',
    meaning: 'Where davit keeps everything: the embedded database, generated secrets, sources, builds and logs.',
  }),
  BUILD_DIR: optional(absolutePath, {
    shownDefault: '`DATA_DIR/builds`',
    meaning: 'Where sources are built and releases are kept.',
  }),
  AGENT_SOCKET: optional(absolutePath, {
    shownDefault: '`DATA_DIR/agent/agent.sock`',
    meaning:
      'Unix socket of an agent that something else keeps running (systemd, for instance); davit then starts none.',
  }),
  LOG_LEVEL: setting(choice(['debug', 'info', 'warn', 'error']), {
    default: 'info',
    meaning: 'The least important lines that are logged.',
  }),

  DATABASE_URL: optional(postgresUrl, {
    shownDefault: 'the embedded PostgreSQL in DATA_DIR',
    meaning: 'A PostgreSQL of your own, where davit may make tables.',
    secret: true,
  }),
  DB_MAX_OPEN_CONNS: setting(integer(2, 1000), { default: '25', meaning: 'Most connections to the database.' }),
  DB_MAX_IDLE_CONNS: setting(integer(0, 1000), { default: '5', meaning: 'Connections that are kept when idle.' }),
  DB_CONN_MAX_LIFETIME: setting(duration, {
    default: '300s',
    meaning: 'A connection is replaced after this long, so that a database that moved is noticed.',
  }),

  JWT_SECRET: optional(signingSecret, {
    shownDefault: 'generated, kept in `DATA_DIR/jwt-secret`',
    meaning: 'Signs access tokens. Another one signs everybody out for as long as an access token lasts.',
    secret: true,
  }),
  JWT_ACCESS_EXPIRY: setting(duration, { default: '15m', meaning: 'How long an access token is valid.' }),
  JWT_REFRESH_EXPIRY: setting(duration, {
    default: '168h',
    meaning: 'How long one can stay away and still be signed in.',
  }),
  OPEN_REGISTRATION: setting(boolean, {
    default: 'false',
    meaning: 'Anybody who reaches davit may make an account and an organization, without an invitation.',
  }),
  ROOT_KEY: optional(rootKey, {
    shownDefault: 'generated, kept in `DATA_DIR/root-key`',
    meaning: 'Encrypts the keys that encrypt stored secrets. Keep a copy elsewhere: without it they are lost.',
    secret: true,
  }),
  ROOT_KEY_FILE: optional(readableFile, {
    shownDefault: 'unset',
    meaning: 'A file with the root key, closed to others (mode 0600), instead of ROOT_KEY.',
  }),
  RATE_LIMIT_REQUESTS: setting(integer(1, 1_000_000), {
    default: '100',
    meaning: 'Requests of one address that is not signed in, in each RATE_LIMIT_WINDOW.',
  }),
  RATE_LIMIT_WINDOW: setting(duration, { default: '60s', meaning: 'The window of RATE_LIMIT_REQUESTS.' }),

  RUNTIME: setting(choice(['auto', 'process']), {
    default: 'auto',
    meaning: 'What runs the services: `process` is plain processes under the agent; `auto` takes the best there is.',
    planned: ['docker', 'kubernetes'],
  }),
  PROXY: setting(choice(['embedded']), {
    default: 'embedded',
    meaning: 'What leads requests to the services: `embedded` is the proxy in the agent.',
    planned: ['caddy'],
  }),
  WORKER_CONCURRENCY: setting(integer(1, 256), {
    default: '4',
    meaning: 'Runs (deployments, for instance) that one server works on at the same time.',
  }),
  RUN_OUTPUT_DAYS: setting(integer(1, 3650), {
    default: '30',
    meaning: 'How long the output of deployments and other runs is kept after they ended.',
  }),
  PROMETHEUS_URL: optional(webUrl, {
    shownDefault: 'unset: davit shows its own figures',
    meaning:
      'A Prometheus that scrapes the targets in PROMETHEUS_TARGETS_DIR, from which the charts of services are read.',
  }),
  PROMETHEUS_TARGETS_DIR: optional(absolutePath, {
    shownDefault: 'unset',
    meaning:
      'A folder of its own, where davit writes a `file_sd` file for each instance and each service, and removes it with them.',
  }),
  EXTRA_CA_FILE: optional(readableFile, {
    shownDefault: '`NODE_EXTRA_CA_CERTS`, else unset',
    meaning:
      'PEM bundle of the authorities that builds, Git and downloads trust, such as the system’s with that of a company proxy added: several tools take it in place of their own.',
  }),
  OUTBOUND_NETWORKS: optional(networkList, {
    shownDefault: 'none',
    meaning:
      'Networks that are not public, where davit may call the provider of a credential; all others than public https addresses are refused.',
  }),
  ALLOW_INSECURE_GIT: setting(boolean, {
    default: 'false',
    meaning: 'Allows plain `http://` and local paths as sources: for tests and closed networks.',
  }),
};

/** Variables of parts that this version does not have yet. */
export const plannedSettings: readonly { names: readonly string[]; part: string; shared: boolean }[] = [
  {
    names: [
      'K8S_KUBECONFIG_PATH',
      'K8S_IN_CLUSTER',
      'K8S_NAMESPACE_PREFIX',
      'K8S_BASE_DOMAIN',
      'K8S_INGRESS_CLASS',
      'K8S_CERT_ISSUER',
    ],
    part: 'Kubernetes',
    shared: false,
  },
  { names: ['BUILDKIT_ADDRESS'], part: 'image builds', shared: false },
  { names: ['REGISTRY_URL', 'REGISTRY_USERNAME', 'REGISTRY_PASSWORD'], part: 'image registries', shared: false },
  { names: ['CADDY_ADMIN_URL'], part: 'Caddy', shared: false },
  { names: ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET', 'GITHUB_REDIRECT_URL'], part: 'GitHub', shared: false },
  {
    names: ['GITLAB_CLIENT_ID', 'GITLAB_CLIENT_SECRET', 'GITLAB_REDIRECT_URL', 'GITLAB_BASE_URL'],
    part: 'GitLab',
    shared: false,
  },
  { names: ['WEBHOOK_SECRET'], part: 'webhooks', shared: false },
  // Other programs use these too: one that is set is no mistake.
  { names: ['DOCKER_HOST'], part: 'Docker', shared: true },
  { names: ['PULUMI_HOME', 'PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE'], part: 'cloud resources', shared: true },
];
