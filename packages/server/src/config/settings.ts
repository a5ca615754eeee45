import { accessSettings } from './access-settings.ts';
import { imageSettings } from './image-settings.ts';
import { limitSettings } from './limit-settings.ts';
import {
  absolutePath,
  accessKey,
  backupTarget,
  boolean,
  caddyAdmin,
  choice,
  cronSchedule,
  duration,
  durationWithin,
  emailAddress,
  folder,
  hostName,
  integer,
  ipv4Network,
  listenHost,
  networkList,
  nonEmptyText,
  optional,
  port,
  postgresUrl,
  proxyToken,
  readableFile,
  resolverList,
  setting,
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
    meaning:
      'Proxies before davit whose `X-Forwarded-*` headers are believed. One on this machine must show TRUSTED_PROXY_TOKEN as well; davit’s own Caddy needs neither.',
  }),
  TRUSTED_PROXY_TOKEN: optional(proxyToken, {
    shownDefault: 'unset',
    meaning:
      'What a proxy of yours on this machine sends in the field `X-Davit-Front`: services can call from its address.',
    secret: true,
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

  ...accessSettings,

  RUNTIME: setting(choice(['auto', 'process', 'docker']), {
    default: 'auto',
    meaning:
      'What runs the services: `process` is plain processes under the agent; `docker` adds containers of the Docker engine of this machine, and fails at the start without one; `auto` takes the engine when it answers at the start, or when services are containers already.',
    planned: ['kubernetes'],
  }),
  DOCKER_HOST: setting(nonEmptyText, {
    default: 'unix:///var/run/docker.sock',
    meaning: 'Where the Docker engine of this machine listens: `unix:///PATH` or `tcp://127.0.0.1:PORT`.',
  }),
  DOCKER_NETWORKS: setting(ipv4Network, {
    default: '10.213.0.0/16',
    meaning:
      'Addresses for the networks of environments, 256 for each, where services are containers. Networks and routes that are there already are left out.',
  }),
  PROXY: setting(choice(['embedded', 'caddy']), {
    default: 'embedded',
    meaning:
      'What leads requests to the services: `embedded` is the proxy in the agent, without TLS; `caddy` puts a Caddy of yours before it, for TLS, HTTP/3 and compression.',
  }),
  CADDY_ADMIN_URL: setting(caddyAdmin, {
    default: 'http://127.0.0.1:2019',
    meaning:
      'Admin API of the Caddy of `PROXY=caddy`, on this machine. A unix socket keeps it from programs that run here.',
  }),
  CADDY_HOST: optional(listenHost, {
    shownDefault: 'all addresses',
    meaning: 'Address that Caddy listens on for davit.',
  }),
  CADDY_HTTP_PORT: setting(integer(1, 65_535), {
    default: '80',
    meaning: 'Port of Caddy without TLS. An ACME authority asks at port 80.',
  }),
  CADDY_HTTPS_PORT: setting(integer(1, 65_535), {
    default: '443',
    meaning: 'Port of Caddy with TLS, for HTTP/1.1, HTTP/2 and (by UDP) HTTP/3.',
  }),
  ACME_DIRECTORY_URL: setting(webUrl, {
    default: 'https://acme-v02.api.letsencrypt.org/directory',
    meaning:
      'Directory of the ACME authority from which Caddy gets certificates. `davit admin doctor` compares the clock with its answer.',
  }),
  ACME_ROOT_FILE: optional(absolutePath, {
    shownDefault: 'the authorities of the system',
    meaning:
      'PEM file with the root by which the ACME authority itself is known, where it is your own. Caddy reads it.',
  }),
  ACME_EMAIL: optional(emailAddress, {
    shownDefault: 'unset',
    meaning: 'Where the ACME authority writes to about certificates.',
  }),
  DNS_RESOLVER: optional(resolverList, {
    shownDefault: 'those of the system',
    meaning:
      'DNS servers that are asked about domains and by `davit admin doctor`, as `address` or `address:port`, separated by commas.',
  }),
  ...limitSettings,
  ...imageSettings,
  WORKER_CONCURRENCY: setting(integer(1, 256), {
    default: '4',
    meaning:
      'Long runs (deployments and backups of the platform) that one server works on at the same time. Beside them are places for twice as many quick ones (restarts, stops, scalings, rollbacks, deletions; at least 4), four times as many commands and scheduled runs, and as many updates of cloud resources. Of the commands and the quick ones an organization has at most half.',
  }),
  RUN_LEASE: setting(durationWithin(4, 600), {
    default: '20s',
    meaning:
      'How long the runs of a server that is gone, or stands still, wait until a server takes them over. Shorter: sooner, and a server that is merely slow loses its work the more easily. The same on all servers.',
  }),
  RUN_PATIENCE: setting(durationWithin(1, 600), {
    default: '45s',
    meaning:
      'How long a deployment, or another run, waits for a Docker engine or a buildkitd that is away before it fails: long enough for a restart.',
  }),
  RUN_OUTPUT_DAYS: setting(integer(1, 3650), {
    default: '30',
    meaning: 'How long the output of deployments and other runs is kept after they ended.',
  }),
  PLATFORM_AUDIT_DAYS: setting(integer(1, 3650), {
    default: '365',
    meaning:
      'How long entries of the audit log are kept that belong to no organization, such as refused sign-ins under unknown addresses. Those of an organization are kept as long as it is.',
  }),
  BACKUP_TO: optional(backupTarget, {
    shownDefault: '`DATA_DIR/backups`',
    meaning:
      'Where backups of the platform are kept. Another disk or machine than DATA_DIR is what saves them with it.',
  }),
  BACKUP_SCHEDULE: optional(cronSchedule, {
    shownDefault: 'unset: only when somebody asks',
    meaning: 'When a backup of the platform is made by itself.',
  }),
  BACKUP_KEEP: setting(integer(1, 10_000), {
    default: '7',
    meaning:
      'How many backups of this installation are kept in BACKUP_TO: after each one that is made there, its older ones are removed. Those of others stay.',
  }),
  BACKUP_S3_ENDPOINT: optional(webUrl, {
    shownDefault: 'Amazon S3 in BACKUP_S3_REGION',
    meaning:
      'The S3 server of an `s3://` in BACKUP_TO, where it is another. A certificate of its own authority: NODE_EXTRA_CA_CERTS.',
  }),
  BACKUP_S3_REGION: setting(hostName, { default: 'us-east-1', meaning: 'The region of the bucket in BACKUP_TO.' }),
  BACKUP_S3_ACCESS_KEY_ID: optional(accessKey, {
    shownDefault: 'unset; needed for `s3://`',
    meaning: 'The key that may list, read, write and delete in the bucket of BACKUP_TO.',
  }),
  BACKUP_S3_SECRET_ACCESS_KEY: optional(accessKey, {
    shownDefault: 'unset; needed for `s3://`',
    meaning: 'The secret of BACKUP_S3_ACCESS_KEY_ID.',
    secret: true,
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
      'PEM bundle of the authorities that builds, Git and downloads trust, such as the system’s with that of a company proxy added: several tools take it in place of their own. Of one that others may not read, builds get a copy of its certificates, made at each start.',
  }),
  OUTBOUND_NETWORKS: optional(networkList, {
    shownDefault: 'none',
    meaning:
      'Networks that are not public, where what people name may be: Git hosts, providers of credentials, registries of finished images, and hosts that a Dockerfile names. All others that are not public are refused.',
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
  { names: ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET', 'GITHUB_REDIRECT_URL'], part: 'GitHub', shared: false },
  {
    names: ['GITLAB_CLIENT_ID', 'GITLAB_CLIENT_SECRET', 'GITLAB_REDIRECT_URL', 'GITLAB_BASE_URL'],
    part: 'GitLab',
    shared: false,
  },
  { names: ['WEBHOOK_SECRET'], part: 'webhooks', shared: false },
  // Other programs use these too: one that is set is no mistake.
  {
    names: ['PULUMI_HOME', 'PULUMI_BACKEND_URL', 'PULUMI_CONFIG_PASSPHRASE'],
    part: 'a Pulumi backend outside of davit',
    shared: true,
  },
];
