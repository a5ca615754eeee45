import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AppError } from '../../../kernel/app-error.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { proxyErrors } from '../proxy-errors.ts';
import type { CaddyAdmin, CaddyAnswer } from './caddy-admin.ts';
import {
  buildOwnParts,
  type CaddyDialect,
  type CaddySettings,
  type CaddyUpstream,
  hasForeignPermission,
  hasOwnParts,
  type OwnParts,
  withOwnParts,
} from './caddy-config.ts';

export interface CaddyKeeperOptions {
  admin: CaddyAdmin;
  settings: CaddySettings;
  readonly upstream: (signal: AbortSignal) => Promise<CaddyUpstream>;
  /** Davit's parts as Caddy last accepted them. */
  lastGoodFile: string;
  logger: Logger;
}

const dialects: readonly CaddyDialect[] = ['permission', 'ask'];
const maxRaces = 5;

async function readLastGood(file: string): Promise<OwnParts | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as OwnParts;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Caddy's reason; where it names something that is not davit's, davit names what to change. */
function explainRefusal(reason: string): AppError {
  const message = `Caddy refuses davit’s configuration: ${reason}`;
  if (!/default\/catch-all/.test(reason)) return proxyErrors.PROXY_CONFIGURATION_REFUSED({ message });
  return proxyErrors.PROXY_CONFIGURATION_REFUSED({
    message: `Caddy’s own configuration has a policy for the certificates of all names, and there can be only one. ${message}`,
    hint: 'Give that policy the names of its sites (`subjects`); in a Caddyfile take `local_certs`, `cert_issuer` and `key_type` out of the global options, and write `tls internal` and the like in the sites that need it.',
  });
}

/** It has the agent's token: mode 0600. */
async function writeLastGood(file: string, own: OwnParts): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await using handle = await open(temporary, 'wx', 0o600);
  await handle.writeFile(JSON.stringify(own));
  await handle.sync();
  await rename(temporary, file);
}

/** Keeps davit's part of Caddy's configuration what it should be, and leaves the rest alone. */
export function createCaddyKeeper({ admin, settings, upstream, lastGoodFile, logger }: CaddyKeeperOptions) {
  let lastGood: OwnParts | undefined;

  /** Puts `own` into whatever is there; again when somebody else writes at the same time. */
  async function put(own: OwnParts, signal: AbortSignal): Promise<CaddyAnswer> {
    for (let race = 0; race < maxRaces; race++) {
      const { config, etag } = await admin.read(signal);
      if (hasOwnParts(config, own)) return { result: 'accepted' };
      const answer = await admin.write(withOwnParts(config, own), etag, signal);
      if (answer.result !== 'changed') return answer;
    }
    return { result: 'changed' };
  }

  async function keepLastGood(own: OwnParts): Promise<void> {
    if (isDeepStrictEqual(lastGood, own)) return;
    await writeLastGood(lastGoodFile, own);
    lastGood = own;
  }

  /** The first of the ways to say it that this Caddy understands. */
  async function putFirst(all: readonly OwnParts[], signal: AbortSignal): Promise<string | undefined> {
    let refusal: string | undefined;
    for (const own of all) {
      const answer = await put(own, signal);
      if (answer.result === 'accepted') {
        await keepLastGood(own);
        logger.info({}, 'Caddy has davit’s configuration');
        return undefined;
      }
      refusal = answer.result === 'refused' ? answer.reason : 'Somebody else changes it again and again.';
      // Only the other way of saying the same is worth a try.
      if (!/unknown field \\?"permission\\?"/.test(refusal)) break;
    }
    return refusal;
  }

  return {
    /** @throws AppError PROXY_UNREACHABLE, PROXY_CONFIGURATION_REFUSED, PROXY_CONFIGURATION_FOREIGN */
    async keep(signal: AbortSignal): Promise<void> {
      const behind = await upstream(signal);
      const wanted = dialects.map((dialect) => buildOwnParts(settings, behind, dialect));
      const { config } = await admin.read(signal);
      const present = wanted.find((own) => hasOwnParts(config, own));
      if (present !== undefined) return await keepLastGood(present);
      if (hasForeignPermission(config, behind.questionPath)) throw proxyErrors.PROXY_CONFIGURATION_FOREIGN();
      const refusal = await putFirst(wanted, signal);
      if (refusal === undefined) return;
      // A setting is wrong: what worked before it goes on.
      const former = await readLastGood(lastGoodFile);
      if (former !== undefined && !hasOwnParts(config, former)) await put(former, signal);
      throw explainRefusal(refusal);
    },
  };
}
