import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import type { ErrorPage } from './error-page.ts';
import { Exchange } from './exchange.ts';
import { hostKey, isHostName } from './host-name.ts';
import type { ProxyContext } from './proxy-context.ts';
import { type RequestHead, readRequestHead } from './request-head.ts';
import type { Route } from './route-table.ts';

/** Where a request goes, or what is wrong with it. */
export type Destination = { route: Route; head: RequestHead } | { page: ErrorPage; head: RequestHead | undefined };

const badRequest: ErrorPage = {
  status: 400,
  title: 'Bad Request',
  detail: 'The request does not name one valid host, or its target is not a path.',
};

/** Finds the route of a request by its host name. */
export function findDestination(context: ProxyContext, request: IncomingMessage): Destination {
  const head = readRequestHead(request);
  if (!head) return { page: badRequest, head };
  const key = hostKey(head.authority);
  const route = context.table.find(key);
  if (route && head.path !== '*') return { route, head };
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
  const { route, head } = destination;
  new Exchange(context, request, response, route, head, id, expectsContinue).start();
}
