import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import { answerCertificateQuestion } from './certificate-question.ts';
import { type Client, readClient } from './client.ts';
import type { ErrorPage } from './error-page.ts';
import { Exchange } from './exchange.ts';
import { hostKey, isHostName } from './host-name.ts';
import type { ProxyContext } from './proxy-context.ts';
import { type RequestHead, readRequestHead } from './request-head.ts';
import type { Route } from './route-table.ts';

/** Where a request goes, or what is wrong with it. */
export type Destination =
  | { route: Route; head: RequestHead; client: Client }
  | { page: ErrorPage; head: RequestHead | undefined };

const badRequest: ErrorPage = {
  status: 400,
  title: 'Bad Request',
  detail: 'The request does not name one valid host, or its target is not a path.',
};

/** 308 keeps method and body, as 301 does not. */
const movedPage = (location: string): ErrorPage => ({
  status: 308,
  title: 'Permanent Redirect',
  detail: 'This is found at another address.',
  location,
});

/** Finds the route of a request by its host name. */
export function findDestination(context: ProxyContext, request: IncomingMessage): Destination {
  const head = readRequestHead(request);
  if (!head) return { page: badRequest, head };
  const key = hostKey(head.authority);
  const route = context.table.find(key);
  if (route && head.path !== '*') {
    const client = readClient(context, request, head.front === -1 ? undefined : request.rawHeaders[head.front]);
    const { redirect } = route.spec;
    if (redirect && (redirect.when === 'always' || client.scheme === 'http')) {
      return { page: movedPage(`${redirect.origin}${head.path}`), head };
    }
    return { route, head, client };
  }
  const answer = answerCertificateQuestion(context, request, key, head.path);
  if (answer) return { page: answer, head };
  // Checked only here: a name that has a route is a host name.
  if (!isHostName(key) || head.path === '*') return { page: badRequest, head };
  return { page: { status: 404, title: 'Not Found', detail: `There is no service named ${key} here.` }, head };
}

/** Sends one request to where it belongs. */
export function handleRequest(
  context: ProxyContext,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): void {
  // Node's cached random UUIDs cost 60 ns each.
  const id = randomUUID();
  const destination = findDestination(context, request);
  if ('page' in destination) {
    // A head that cannot be read might announce a body.
    const coming = expectsContinue ? 'withheld' : 'coming';
    answer(request, response, destination.page, id, destination.head?.hasBody === false ? 'none' : coming);
    return;
  }
  const { route, head, client } = destination;
  new Exchange(context, request, response, route, head, client, id, expectsContinue).start();
}
