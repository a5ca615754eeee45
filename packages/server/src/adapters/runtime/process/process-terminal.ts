import { type AgentClient, AgentError } from '@davit/agent/client';
import { AppError } from '../../../kernel/app-error.ts';
import type { InstanceTerminal, TerminalRequest } from '../runtime.ts';
import { runtimeErrors } from '../runtime-errors.ts';

/** What the agent said, also where it was put into davit's own words. */
function agentErrorOf(thrown: unknown): AgentError | undefined {
  const error = thrown instanceof AppError ? thrown.cause : thrown;
  return error instanceof AgentError ? error : undefined;
}

/** @throws AppError TERMINAL_UNAVAILABLE with the agent's reason */
export async function openProcessTerminal(
  agent: AgentClient,
  instanceId: string,
  request: TerminalRequest,
  signal: AbortSignal,
): Promise<InstanceTerminal> {
  try {
    const terminal = await agent.openTerminal(instanceId, request, signal);
    return {
      output: terminal.output,
      exit: () => terminal.exit ?? { code: null, reason: 'lost' },
      write: (bytes) => terminal.write(bytes),
      endInput: () => terminal.end(),
      resize: (changed) => terminal.resize(changed),
      close: () => terminal.close(),
    };
  } catch (thrown) {
    const error = agentErrorOf(thrown);
    const isRefusal = error?.code === 'AGENT_CONFLICT' || error?.code === 'AGENT_NOT_FOUND';
    if (!isRefusal) throw thrown;
    throw runtimeErrors.TERMINAL_UNAVAILABLE({ message: error.message, cause: error });
  }
}
