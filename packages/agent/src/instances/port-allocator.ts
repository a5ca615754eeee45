import { createServer } from 'node:net';
import { AgentError } from '../protocol/agent-error.ts';

const FIRST_PORT = 20_000;
/** Below the ports that Linux gives to outgoing connections (32768 and up). */
const LAST_PORT = 29_999;
const COUNT = LAST_PORT - FIRST_PORT + 1;

/** Hands out ports on 127.0.0.1, each to one holder. */
export interface PortAllocator {
  /** @throws AgentError AGENT_CONFLICT when none is free */
  allocate(): Promise<number>;
  /** Marks a port that an instance of an earlier life of the agent holds. */
  reserve(port: number): void;
  release(port: number): void;
}

/** Whether nobody on this machine listens on the port now. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Goes around the range, so that a port just given back is the last to be given out again. */
export function createPortAllocator(start = Math.floor(Math.random() * COUNT)): PortAllocator {
  const held = new Set<number>();
  let next = start % COUNT;
  return {
    async allocate() {
      for (let tried = 0; tried < COUNT; tried++) {
        const port = FIRST_PORT + next;
        next = (next + 1) % COUNT;
        if (held.has(port)) continue;
        held.add(port);
        if (await isFree(port)) return port;
        held.delete(port);
      }
      throw new AgentError('AGENT_CONFLICT', `No port from ${FIRST_PORT} to ${LAST_PORT} is free.`);
    },
    reserve: (port) => void held.add(port),
    release: (port) => void held.delete(port),
  };
}
