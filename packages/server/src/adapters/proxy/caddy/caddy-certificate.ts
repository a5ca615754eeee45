import { once } from 'node:events';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import type { ProxyCertificate } from '../proxy.ts';
import { proxyErrors } from '../proxy-errors.ts';

/** A certificate is got during the handshake: an authority takes seconds, and is asked again when it is slow. */
const timeoutMs = 90_000;

const missing = (host: string, reason: string, cause?: unknown) =>
  proxyErrors.PROXY_CERTIFICATE_MISSING({ message: `There is no certificate for ${host} yet: ${reason}.`, cause });

function issuerOf({ issuer }: PeerCertificate): string {
  const name = issuer.O ?? issuer.CN;
  return (Array.isArray(name) ? name[0] : name) ?? 'an authority without a name';
}

/**
 * The certificate that a server shows for a name, read by a handshake as any client makes it: what counts is what clients see.
 * Where there is none, this is what makes Caddy get one. @throws AppError PROXY_CERTIFICATE_MISSING
 */
export async function readCertificate(
  server: { host: string; port: number },
  name: string,
  signal: AbortSignal,
): Promise<ProxyCertificate> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  // Who signed it is not the question: an authority may be the operator's own, and a browser says it where nobody knows it.
  const socket = connect({ ...server, servername: name, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: limit });
    const certificate = socket.getPeerCertificate();
    const fault = checkServerIdentity(name, certificate);
    if (fault !== undefined) throw missing(name, 'Caddy shows one for other names');
    return { expiresAt: new Date(certificate.valid_to).toISOString(), issuer: issuerOf(certificate) };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'PROXY_CERTIFICATE_MISSING') throw error;
    if (limit.aborted) throw missing(name, 'the ACME authority did not give one in time', error);
    throw missing(
      name,
      code?.startsWith('ERR_SSL') ? 'Caddy could not get one from the ACME authority' : `${code}`,
      error,
    );
  } finally {
    socket.destroy();
  }
}
