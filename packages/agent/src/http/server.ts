import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AgentLogger } from '../agent-logger.ts';
import { AgentError } from '../protocol/agent-error.ts';
import { type AgentErrorBody, type AgentErrorCode, PROTOCOL_VERSION } from '../protocol/protocol.ts';
import { renewalPaths } from '../protocol/renewal.ts';
import { type AgentReply, type AgentRoute, createRouter } from './router.ts';
import { type AgentUpgrade, createUpgrader, refuseUpgrade } from './upgrades.ts';

/** Larger than any environment and argv that Linux takes (a quarter of an 8 MiB stack), with room for JSON's escapes. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

const PROTOCOL_HEADER = 'x-davit-protocol';
const JSON_TYPE = { 'content-type': 'application/json' };

const statusCodes: Record<AgentErrorCode, number> = {
  AGENT_BAD_REQUEST: 400,
  AGENT_NOT_FOUND: 404,
  AGENT_SOCKET_MISSING: 404,
  AGENT_CONFLICT: 409,
  AGENT_PROTOCOL_MISMATCH: 412,
  AGENT_INTERNAL: 500,
  AGENT_DISK_FULL: 507,
  AGENT_UNREACHABLE: 503,
};

/** The agent's socket. */
export interface AgentServer {
  /** Accepts no more and cuts what is open: followers come back to whoever listens next. */
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_BODY_BYTES) throw new AgentError('AGENT_BAD_REQUEST', 'The request is larger than 16 MiB.');
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new AgentError('AGENT_BAD_REQUEST', 'The request is not JSON.');
  }
}

async function send(response: ServerResponse, chunks: AsyncIterable<Buffer | string>): Promise<void> {
  response.flushHeaders();
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  }
  response.end();
}

async function* toLines(values: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

async function reply(response: ServerResponse, answer: AgentReply): Promise<void> {
  if (answer.kind === 'empty') {
    response.writeHead(204).end();
  } else if (answer.kind === 'json') {
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer.value));
  } else if (answer.kind === 'bytes') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await send(response, answer.chunks);
  } else {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    await send(response, toLines(answer.values));
  }
}

function toAgentError(thrown: unknown): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AgentError(
      'AGENT_DISK_FULL',
      'The disk is full that the agent keeps its state and all output on.',
      thrown,
    );
  return new AgentError('AGENT_INTERNAL', 'Something went wrong inside the agent; its log says what.', thrown);
}

/** What a caller is told of what was thrown. */
function describe(thrown: unknown, logger: AgentLogger): { status: number; body: string } {
  const { code, message } = toAgentError(thrown);
  if (!(thrown instanceof AgentError)) logger.error({ err: thrown }, 'a request failed');
  return { status: statusCodes[code], body: JSON.stringify({ code, message } satisfies AgentErrorBody) };
}

function fail(response: ServerResponse, thrown: unknown, logger: AgentLogger): void {
  const { status, body } = describe(thrown, logger);
  // A stream that breaks off must not look as if it had ended.
  if (response.headersSent) response.destroy();
  else response.writeHead(status, JSON_TYPE).end(body);
}

function requireProtocol(request: IncomingMessage): void {
  if (renewalPaths.includes(request.url ?? '')) return;
  const spoken = request.headers[PROTOCOL_HEADER];
  if (spoken === String(PROTOCOL_VERSION)) return;
  const message = `The agent speaks protocol ${PROTOCOL_VERSION}, the caller ${String(spoken ?? 'none')}: use the same davit for both.`;
  throw new AgentError('AGENT_PROTOCOL_MISMATCH', message);
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within this call: at no moment can another user of the host open it.
    const before = process.umask(0o177);
    try {
      server.listen(socketPath, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

/** Answers on a unix socket that only this user can open. A socket that an earlier agent left is replaced. */
export async function createAgentServer(
  socketPath: string,
  routes: readonly AgentRoute[],
  upgrades: readonly AgentUpgrade[],
  logger: AgentLogger,
): Promise<AgentServer> {
  const route = createRouter(routes);
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.setHeader(PROTOCOL_HEADER, String(PROTOCOL_VERSION));
    const answer = async (): Promise<void> => {
      requireProtocol(request);
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://agent');
      const { handle, params } = route(request.method ?? 'GET', pathname);
      const body = await readBody(request);
      const query = Object.fromEntries(searchParams);
      await reply(response, await handle({ params, query, body, signal: gone.signal }));
    };
    answer().catch((thrown: unknown) => fail(response, thrown, logger));
  });
  const spoken = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };
  const upgrade = createUpgrader(upgrades, spoken);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const answer = async (): Promise<void> => {
      requireProtocol(request);
      await upgrade(request, socket, head);
    };
    answer().catch((thrown: unknown) => {
      const { status, body } = describe(thrown, logger);
      refuseUpgrade(socket, status, { ...spoken, ...JSON_TYPE }, body);
    });
  });
  // Calls wait for commands that take hours.
  server.requestTimeout = 0;
  await rm(socketPath, { force: true });
  await listen(server, socketPath);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
