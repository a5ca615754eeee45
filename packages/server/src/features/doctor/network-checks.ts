import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Check, fail, ok, reasonOf, warn } from './finding.ts';

const dayMs = 24 * 3600 * 1000;
const renewDays = 14;

/** Whether something takes connections at the port of the proxy. */
export function createProxyCheck(
  findAddress: (signal: AbortSignal) => Promise<{ host: string; port: number } | undefined>,
): Check {
  const subject = { check: 'proxy.port', title: 'Proxy' };
  return async (signal) => {
    const address = await findAddress(signal).catch(() => undefined);
    if (address === undefined) {
      return [warn(subject, 'No agent runs, and with it no proxy.', 'Start davit with `davit up` or `davit serve`.')];
    }
    const host = /^(0\.0\.0\.0|::)$/.test(address.host) ? '127.0.0.1' : address.host;
    const socket = connectTcp({ host, port: address.port, signal });
    try {
      await once(socket, 'connect', { signal });
      return [ok(subject, `Port ${address.port} takes connections.`)];
    } catch (error) {
      const mend = 'Look at DATA_DIR/agent/agent.log, and whether another program has the port (PROXY_PORT).';
      return [fail(subject, `Port ${address.port} does not answer: ${reasonOf(error)}.`, mend)];
    } finally {
      socket.destroy();
    }
  };
}

/** Whether Caddy answers and has what davit gave it. */
export function createCaddyCheck(hasOwnParts: (signal: AbortSignal) => Promise<boolean>): Check {
  const subject = { check: 'proxy.caddy', title: 'Caddy' };
  return async (signal) => {
    try {
      if (await hasOwnParts(signal)) return [ok(subject, 'It answers and has davit’s configuration.')];
      const mend = 'Start davit, which puts it there; where it runs, its log says why Caddy refuses it.';
      return [fail(subject, 'It has no configuration of davit.', mend)];
    } catch (error) {
      return [fail(subject, reasonOf(error), 'Start Caddy, and check CADDY_ADMIN_URL.')];
    }
  };
}

async function readCertificate(url: URL, signal: AbortSignal): Promise<Date> {
  const port = url.port === '' ? 443 : Number(url.port);
  // Who signed it is not the question here: one that nobody believes is said by the browser.
  // RFC 6066: an address is no name to ask for.
  const name = isIP(url.hostname) === 0 ? { servername: url.hostname } : {};
  const socket = connectTls({ host: url.hostname, port, ...name, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal });
    return new Date(socket.getPeerCertificate().valid_to);
  } finally {
    socket.destroy();
  }
}

/** How long the certificate before davit is good for; none where BASE_URL is not https. */
export function createCertificateCheck(baseUrl: string | undefined, now: () => Date): Check {
  const subject = { check: 'certificate.panel', title: 'Certificate of BASE_URL' };
  return async (signal) => {
    if (baseUrl === undefined || !baseUrl.startsWith('https:')) return [];
    try {
      const end = await readCertificate(new URL(baseUrl), signal);
      const days = Math.floor((Number(end) - Number(now())) / dayMs);
      const detail = `It ends on ${end.toISOString().slice(0, 10)}, in ${days} days.`;
      const mend = 'Renew it where TLS ends before davit; look why that did not happen by itself.';
      if (days < 0) return [fail(subject, `It ended on ${end.toISOString().slice(0, 10)}.`, mend)];
      return [days < renewDays ? warn(subject, detail, mend) : ok(subject, detail)];
    } catch (error) {
      return [
        fail(
          subject,
          `${baseUrl} does not answer: ${reasonOf(error)}.`,
          'Check the proxy before davit, DNS, and the firewall.',
        ),
      ];
    }
  };
}

/** Whether images can be pushed to REGISTRY_URL; nothing where there is none. */
export function createRegistryCheck(
  test: ((signal: AbortSignal) => Promise<{ ok: boolean; detail: string; mend?: string }>) | undefined,
): Check {
  const subject = { check: 'registry.push', title: 'Image registry' };
  return async (signal) => {
    if (test === undefined) return [];
    const { ok: isWell, detail, mend } = await test(signal);
    return [isWell ? ok(subject, detail) : fail(subject, detail, mend ?? 'Check REGISTRY_URL.')];
  };
}
