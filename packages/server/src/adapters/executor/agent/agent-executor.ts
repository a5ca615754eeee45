import type { AgentClient } from '@davit/agent/client';
import type { CommandStatus } from '@davit/agent/protocol';
import type { Executor, ExecutorStatus } from '../executor.ts';

function toStatus(status: CommandStatus): ExecutorStatus {
  return { id: status.id, running: status.state === 'running', exit: status.exit };
}

/** Runs commands through the agent of this machine. */
export function createAgentExecutor(agent: AgentClient): Executor {
  return {
    async start(id, command, signal) {
      const { isolationKey, writable, readable, sockets, ...rest } = command;
      const spec = {
        ...rest,
        argv: [...command.argv],
        env: { ...command.env },
        limits: { ...command.limits },
        sandbox: {
          isolationKey,
          writable: [...writable],
          readable: [...readable],
          ...(sockets === undefined ? {} : { sockets: [...sockets] }),
        },
      };
      return toStatus(await agent.startCommand(id, spec, signal));
    },
    wait: async (id, signal) => toStatus(await agent.waitForCommand(id, signal)),
    follow: (id, stream, offset, signal) => agent.followCommand(id, stream, offset, signal),
    stop: async (id, graceMs, signal) => toStatus(await agent.stopCommand(id, graceMs, signal)),
    remove: (id, signal) => agent.removeCommand(id, signal),
    list: async (signal) => (await agent.listCommands(signal)).map(toStatus),
  };
}
