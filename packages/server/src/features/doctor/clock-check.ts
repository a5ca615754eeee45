import { once } from 'node:events';
import { AppError } from '../../kernel/app-error.ts';
import type { GuardedFetch } from '../../platform/outbound/guarded-fetch.ts';
import { addressesOf } from '../../platform/outbound/outbound-network.ts';
import { type Check, type Finding, judgeClock, warn } from './finding.ts';

const warnMs = 5000;
// Shorter than a check may take: that nobody answers is to be a finding of its own.
const patienceMs = 5000;
const mend = 'Let this machine keep its clock by NTP (`timedatectl set-ntp true`).';
const check = 'clock.http';

/** A server that davit is set up to speak to anyway. */
export interface ClockServer {
  url: string;
  /** PEM: the authority by which it is known, where it is no usual one. */
  readCa?: (() => Promise<string>) | undefined;
}

export interface HttpClockOptions {
  servers: readonly ClockServer[];
  fetch: GuardedFetch;
  /** Of this machine: a server there has the clock that is in question. */
  ownAddresses: () => readonly string[];
  now: () => number;
}

type Heard = { offMs: number } | { fault: string };

const certificateFaults = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

// A clock that is wrong by months is often seen in this only: a connection by TLS fails before any header.
function faultOf(error: unknown, now: number): Heard | undefined {
  const cause = error instanceof AppError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  if (!certificateFaults.has(cause?.code ?? '')) return undefined;
  return { fault: `By this clock (${new Date(now).toISOString()}) its certificate is not valid now.` };
}

/** How far its clock is away; undefined where nobody answers, or with this machine's own clock. */
async function listen(
  { url, readCa }: ClockServer,
  { fetch, ownAddresses, now }: HttpClockOptions,
  signal: AbortSignal,
): Promise<Heard | undefined> {
  try {
    const own = new Set(ownAddresses());
    if ((await addressesOf(new URL(url).hostname)).every((address) => own.has(address))) return undefined;
    const ca = await readCa?.();
    const before = now();
    const { headers } = await fetch({ method: 'GET', url, signal, ...(ca === undefined ? {} : { ca }) });
    const after = now();
    // What a cache gives out has the time at which it was made (RFC 9111, section 5.1).
    const theirs = Date.parse(headers.date ?? '') + Number(headers.age ?? 0) * 1000;
    if (Number.isNaN(theirs)) return undefined;
    // Between the question and the answer any time is right, and the header has whole seconds.
    return { offMs: theirs + 1000 < before ? before - theirs - 1000 : Math.max(0, theirs - after) };
  } catch (error) {
    return faultOf(error, now());
  }
}

/** The clock against those of servers elsewhere; the database and BASE_URL may be this very machine. */
export function createHttpClockCheck(options: HttpClockOptions): Check {
  return async (signal) => {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const late = once(patience, 'abort').then(() => undefined);
    const findings = await Promise.all(
      options.servers.map(async (server): Promise<Finding[]> => {
        const subject = { check, title: `Clock, against ${new URL(server.url).host}` };
        // Looking up a name cannot be cut off.
        const heard = await Promise.race([listen(server, options, patience), late]);
        if (heard === undefined) return [];
        if ('fault' in heard)
          return [warn(subject, heard.fault, `${mend} If it is right, that server needs another certificate.`)];
        return [judgeClock(subject, heard.offMs, { warnMs, mend })];
      }),
    );
    if (findings.flat().length > 0) return findings.flat();
    const hosts = options.servers.map(({ url }) => new URL(url).host).join(', ');
    const detail = `Nothing elsewhere could be compared with: ${hosts} gave no time, or has this machine's clock.`;
    const look = 'See by `timedatectl` whether NTP keeps this clock, or compare it with another one.';
    return [warn({ check, title: 'Clock, against a server elsewhere' }, detail, look)];
  };
}
