import createClient, { type Client } from 'openapi-fetch';
import { UnreachableError } from './api-error.ts';
import { waitingForLimit } from './limited-send.ts';
import type { paths } from './openapi.gen.d.ts';
import { patiently } from './patient-send.ts';
import type { TokenSource } from './token-source.ts';

export { eachItem, unwrap } from './answer.ts';
export { ApiError, type Problem, toApiError, UnreachableError } from './api-error.ts';
export { type EventStreamOptions, readEvents, type ServerEvent } from './event-stream.ts';
export type { components, paths } from './openapi.gen.d.ts';
export type { Schemas } from './schemas.ts';
export { shortResourceType } from './stack-event.ts';
export { createStackProgress, type StackDiagnostic, type StackTreeRow } from './stack-progress.ts';
export type { TokenSource } from './token-source.ts';

export interface ApiClientOptions {
  /** Such as `https://davit.example.com`, without a slash at its end. */
  baseUrl: string;
  token: TokenSource;
  userAgent?: string;
  /** How long a server that does not answer, as while it is restarted, is tried again; not at all by default. */
  patienceMs?: number;
  /** Told before what reads waits, for so many seconds, because the server has been asked too often. Without it nothing waits. */
  onLimited?: (seconds: number) => void;
}

export type ApiClient = Client<paths>;

/**
 * Calls the server with the types of its OpenAPI document. Use {@link unwrap} on the answers.
 * @throws UnreachableError from every call that gets no answer
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, token, userAgent, patienceMs, onLimited } = options;
  const plain = (request: Request) => sendAuthorized(request, baseUrl, token);
  const authorized = onLimited === undefined ? plain : waitingForLimit(plain, onLimited);
  return createClient<paths>({
    baseUrl,
    ...(userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } }),
    fetch: patienceMs === undefined ? authorized : patiently(authorized, patienceMs),
  });
}

/** Sends a request with the token; once more with a newer one where the server no longer takes the first. */
async function sendAuthorized(request: Request, baseUrl: string, token: TokenSource): Promise<Response> {
  const first = await token();
  const repeat = first === undefined || request.body !== null ? undefined : request.clone();
  const answer = await send(request, baseUrl, first);
  if (answer.status !== 401 || repeat === undefined) return answer;
  const second = await token(first);
  if (second === undefined || second === first) return answer;
  await answer.body?.cancel();
  return await send(repeat, baseUrl, second);
}

async function send(request: Request, baseUrl: string, token: string | undefined): Promise<Response> {
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    request.signal.throwIfAborted();
    throw new UnreachableError(baseUrl, error);
  }
}
