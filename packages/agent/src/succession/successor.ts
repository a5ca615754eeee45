import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { AgentError } from '../protocol/agent-error.ts';
import type { SuccessorSpec } from '../protocol/renewal.ts';

const LOAD_TIMEOUT_MS = 20_000;

/** File descriptors of a successor: 0 to 2 as usual, then the channel on which it says that it is ready, then the sockets. */
const FIRST_SOCKET_FD = 4;

/** Says `ready` and keeps no connection to the agent before it. Nothing where there is none. */
export function announceReady(): void {
  process.send?.('ready');
  process.disconnect?.();
}

/** Node has no public word for it. Its documented way, `send(message, server)`, would have the other accept before it knows its routes. */
function fileDescriptorOf(server: Server): number {
  const { _handle: handle } = server as Server & { readonly _handle?: { readonly fd: number } | null };
  if (handle == null || handle.fd < 0) throw new AgentError('AGENT_CONFLICT', 'The proxy is closing.');
  return handle.fd;
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('it ended before it was ready');
  });
  await Promise.race([once(child, 'message', { signal }), ended]);
}

/**
 * Starts an agent that is to take the place of this one, and resolves when it has loaded its code and waits for the state folder. It is
 * handed the sockets on which the proxy listens: connections that come while neither agent accepts wait in the kernel, and none is refused.
 * @throws AgentError AGENT_CONFLICT, and this agent goes on
 */
export async function startSuccessor(spec: SuccessorSpec, sockets: readonly Server[]): Promise<void> {
  const fds = sockets.flatMap((_, index) => ['--proxy-socket', String(FIRST_SOCKET_FD + index)]);
  const child = spawn(spec.program, [...spec.arguments, ...fds], {
    cwd: '/',
    env: spec.environment,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...sockets.map(fileDescriptorOf)],
  });
  try {
    await once(child, 'spawn');
    await waitUntilReady(child);
  } catch (thrown) {
    child.kill('SIGKILL');
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError(
      'AGENT_CONFLICT',
      `The agent that was to follow did not start (${reason}); its log says more.`,
    );
  }
  child.unref();
}
