import type { Setting } from './setting.ts';
import type { settings } from './settings.ts';

export type Values = { [Name in keyof typeof settings]: (typeof settings)[Name] extends Setting<infer T> ? T : never };

/** What is wrong with the environment. */
export interface Fault {
  name: string;
  /** What is wrong, then what is expected. Holds no secret. */
  detail: string;
}

/** Rules between variables. Only values that are valid by themselves are compared. */
export function checkTogether(values: Partial<Values>, faults: Fault[]): void {
  const { PORT, PROXY_PORT, DB_MAX_IDLE_CONNS = 0, DB_MAX_OPEN_CONNS = Infinity } = values;
  if (PORT !== undefined && PORT !== 0 && PORT === PROXY_PORT) {
    faults.push({ name: 'PROXY_PORT', detail: `${PORT} is PORT too; expected another port` });
  }
  const { BASE_URL, BASE_DOMAIN } = values;
  const ownHost = BASE_URL === undefined ? undefined : new URL(BASE_URL).hostname.replace(/\.$/, '');
  // A service may get any name there; cookies know no ports, so its program would be sent those of whoever is signed in here.
  if (ownHost?.endsWith(`.${BASE_DOMAIN}`)) {
    faults.push({
      name: 'BASE_URL',
      detail: `${ownHost} is a host name that a service can have; expected one that is not below BASE_DOMAIN (${BASE_DOMAIN}), or another BASE_DOMAIN, such as apps.${BASE_DOMAIN}`,
    });
  }
  if (DB_MAX_IDLE_CONNS > DB_MAX_OPEN_CONNS) {
    faults.push({
      name: 'DB_MAX_IDLE_CONNS',
      detail: `${DB_MAX_IDLE_CONNS} is more than DB_MAX_OPEN_CONNS; expected at most ${DB_MAX_OPEN_CONNS}`,
    });
  }
  if ((values.JWT_ACCESS_EXPIRY ?? 0) > (values.JWT_REFRESH_EXPIRY ?? Infinity)) {
    faults.push({ name: 'JWT_REFRESH_EXPIRY', detail: 'is shorter than JWT_ACCESS_EXPIRY; expected a longer time' });
  }
  for (const name of ['BACKUP_S3_ACCESS_KEY_ID', 'BACKUP_S3_SECRET_ACCESS_KEY'] as const) {
    if (values.BACKUP_TO?.type === 's3' && values[name] === undefined) {
      faults.push({ name, detail: 'BACKUP_TO is a bucket; expected the key that opens it' });
    }
  }
  const { PROXY, CADDY_HTTP_PORT, CADDY_HTTPS_PORT } = values;
  const caddyPorts = [CADDY_HTTP_PORT, CADDY_HTTPS_PORT, PROXY_PORT, PORT].filter((each) => each !== 0);
  if (PROXY === 'caddy' && new Set(caddyPorts).size < caddyPorts.length) {
    faults.push({
      name: 'CADDY_HTTPS_PORT',
      detail: 'expected PORT, PROXY_PORT, CADDY_HTTP_PORT and CADDY_HTTPS_PORT to be four ports',
    });
  }
  checkRegistry(values, faults);
  if (values.ROOT_KEY && values.ROOT_KEY_FILE) {
    faults.push({ name: 'ROOT_KEY_FILE', detail: 'ROOT_KEY is set too; expected one of them' });
  }
}

/** What is allowed and yet not what somebody will have meant: to be told at the start. */
export function noticesOf({ TRUSTED_PROXIES = [], TRUSTED_PROXY_TOKEN, PROXY }: Partial<Values>): string[] {
  const own = TRUSTED_PROXIES.find((network) => /^(?:127\.|::1(?:\/|$))/.test(network));
  if (own === undefined || TRUSTED_PROXY_TOKEN !== undefined || PROXY === 'caddy') return [];
  return [
    `TRUSTED_PROXIES has ${own}, where services can call from too: X-Forwarded-* of a proxy there is believed only with TRUSTED_PROXY_TOKEN. Until that is set, all visitors who come through it are counted as one address.`,
  ];
}

function checkRegistry({ REGISTRY_URL, REGISTRY_USERNAME, REGISTRY_PASSWORD }: Partial<Values>, faults: Fault[]): void {
  if ((REGISTRY_USERNAME === undefined) !== (REGISTRY_PASSWORD === undefined)) {
    const name = REGISTRY_USERNAME === undefined ? 'REGISTRY_USERNAME' : 'REGISTRY_PASSWORD';
    faults.push({ name, detail: 'the other of REGISTRY_USERNAME and REGISTRY_PASSWORD is set; expected both' });
  }
  if (REGISTRY_USERNAME !== undefined && REGISTRY_URL === undefined)
    faults.push({ name: 'REGISTRY_URL', detail: 'REGISTRY_USERNAME is set; expected the registry that it is for' });
}
