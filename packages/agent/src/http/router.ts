import { AgentError } from '../protocol/agent-error.ts';

export interface AgentRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  /** Parsed JSON; undefined when the request has no body. */
  body: unknown;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
}

/** What a handler answers: nothing, JSON, raw bytes as they come, or one JSON value a line as they come. */
export type AgentReply =
  | { kind: 'empty' }
  | { kind: 'json'; value: unknown }
  | { kind: 'bytes'; chunks: AsyncIterable<Buffer> }
  | { kind: 'lines'; values: AsyncIterable<unknown> };

export type AgentHandler = (request: AgentRequest) => Promise<AgentReply> | AgentReply;

/** One path; `:name` stands for one segment. */
export interface AgentRoute {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  handle: AgentHandler;
}

export const empty: AgentReply = { kind: 'empty' };
export const json = (value: unknown): AgentReply => ({ kind: 'json', value });

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AgentError('AGENT_BAD_REQUEST', 'The path is not properly encoded.');
  }
}

/** Finds who answers a request. @throws AgentError AGENT_NOT_FOUND */
export function createRouter(routes: readonly AgentRoute[]) {
  const compiled = routes.map((route) => ({ ...route, pattern: route.path.split('/') }));
  return (method: string, path: string): { handle: AgentHandler; params: Record<string, string>; path: string } => {
    const segments = path.split('/').map(decode);
    for (const route of compiled) {
      const params = route.method === method ? matchPath(route.pattern, segments) : undefined;
      if (params) return { handle: route.handle, params, path: route.path };
    }
    throw new AgentError('AGENT_NOT_FOUND', `The agent does not know ${method} ${path}.`);
  };
}
