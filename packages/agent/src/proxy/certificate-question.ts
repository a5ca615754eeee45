import type { IncomingMessage } from 'node:http';
import { CERTIFICATE_QUESTION_PATH } from '../protocol/protocol.ts';
import type { ErrorPage } from './error-page.ts';
import { hostKey } from './host-name.ts';
import type { ProxyContext } from './proxy-context.ts';

/** A handshake with an unknown name asks; more than this a second is somebody who tries names. */
const QUESTIONS_A_SECOND = 50;

const window = { startedAt: Number.NEGATIVE_INFINITY, questions: 0 };

function isTooMany(): boolean {
  const now = performance.now();
  if (now - window.startedAt >= 1000) Object.assign(window, { startedAt: now, questions: 0 });
  window.questions += 1;
  return window.questions > QUESTIONS_A_SECOND;
}

/** A connection of this machine to itself. */
function isFromHere({ socket }: IncomingMessage): boolean {
  const { remoteAddress = '', localAddress } = socket;
  return remoteAddress === localAddress && remoteAddress !== '';
}

/**
 * Answers the proxy before this one, which asks before it gets a certificate for a name: 200 or 404, nothing else. Only from this
 * machine, and only to a request for the bare address, so that no service loses a path.
 * @returns undefined when the request asks something else
 */
export function answerCertificateQuestion(
  { table }: ProxyContext,
  request: IncomingMessage,
  host: string,
  path: string,
): ErrorPage | undefined {
  if (!path.startsWith(`${CERTIFICATE_QUESTION_PATH}?`) || !isFromHere(request)) return undefined;
  if (host !== hostKey(request.socket.localAddress ?? '') && host !== `[${request.socket.localAddress}]`)
    return undefined;
  if (isTooMany()) return { status: 429, title: 'Too Many Requests', detail: 'Ask again in a second.' };
  const name = new URLSearchParams(path.slice(path.indexOf('?'))).get('domain') ?? '';
  return table.find(hostKey(name))?.spec.certificate === true
    ? { status: 200, title: 'OK', detail: 'The name may have a certificate.' }
    : { status: 404, title: 'Not Found', detail: 'The name may not have a certificate.' };
}
