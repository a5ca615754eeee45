import type { IncomingMessage } from 'node:http';
import { CERTIFICATE_QUESTION_PATH } from '../protocol/protocol.ts';
import type { ErrorPage } from './error-page.ts';
import { hostKey } from './host-name.ts';
import type { ProxyContext } from './proxy-context.ts';

/** A connection of this machine to itself. */
function isFromHere({ socket }: IncomingMessage): boolean {
  const { remoteAddress = '', localAddress } = socket;
  return remoteAddress === localAddress && remoteAddress !== '';
}

/**
 * Answers the proxy before this one, which asks before it gets a certificate for a name: 200 or 404, nothing else. Only from this
 * machine, and only to a request for the bare address, so that no service loses a path. Each handshake with an unknown name asks:
 * only those are counted, and no number of them keeps a known name from its certificate.
 * @returns undefined when the request asks something else
 */
export function answerCertificateQuestion(
  { table, unknownNames }: ProxyContext,
  request: IncomingMessage,
  host: string,
  path: string,
): ErrorPage | undefined {
  if (!path.startsWith(`${CERTIFICATE_QUESTION_PATH}?`) || !isFromHere(request)) return undefined;
  if (host !== hostKey(request.socket.localAddress ?? '') && host !== `[${request.socket.localAddress}]`)
    return undefined;
  const name = new URLSearchParams(path.slice(path.indexOf('?'))).get('domain') ?? '';
  if (table.find(hostKey(name))?.spec.certificate === true)
    return { status: 200, title: 'OK', detail: 'The name may have a certificate.' };
  if (unknownNames.add()) return { status: 429, title: 'Too Many Requests', detail: 'Ask again in a second.' };
  return { status: 404, title: 'Not Found', detail: 'The name may not have a certificate.' };
}
