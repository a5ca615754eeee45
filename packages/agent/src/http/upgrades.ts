import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AgentError } from '../protocol/agent-error.ts';
import { createRouter, empty } from './router.ts';

export interface UpgradeRequest {
  params: Record<string, string>;
  query: Record<string, string>;
}

/** One path at which a connection becomes another protocol's. */
export interface AgentUpgrade {
  path: string;
  /** As named in `Upgrade`. */
  protocol: string;
  /** Says what takes the connection over, which is told first that it is. */
  open(request: UpgradeRequest): Promise<(socket: Duplex) => void>;
}

/** Answers a connection that is not HTTP any more and never became anything else. */
export function refuseUpgrade(socket: Duplex, status: number, headers: Record<string, string>, body: string): void {
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(body)) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
}

/** Finds who takes a connection over and hands it over. @throws AgentError, before anything was answered */
export function createUpgrader(upgrades: readonly AgentUpgrade[], headers: Record<string, string>) {
  const found = new Map(upgrades.map((upgrade) => [upgrade.path, upgrade]));
  const route = createRouter(upgrades.map(({ path }) => ({ method: 'GET' as const, path, handle: () => empty })));
  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://agent');
    const { params, path } = route(request.method ?? 'GET', pathname);
    const upgrade = found.get(path);
    if (!upgrade || request.headers.upgrade?.toLowerCase() !== upgrade.protocol) {
      throw new AgentError('AGENT_BAD_REQUEST', 'This path is for a connection of another protocol.');
    }
    const take = await upgrade.open({ params, query: Object.fromEntries(searchParams) });
    const fields = Object.entries({ ...headers, connection: 'Upgrade', upgrade: upgrade.protocol });
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`HTTP/1.1 101 ${STATUS_CODES[101] ?? ''}\r\n${lines}\r\n`);
    if (head.length > 0) socket.unshift(head);
    take(socket);
  };
}
