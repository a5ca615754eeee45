import { type AgentClient, AgentError } from '@davit/agent/client';
import type { AppError } from '../../kernel/app-error.ts';
import { executorErrors } from '../executor/executor-errors.ts';
import { agentProcessErrors } from './agent-process-errors.ts';

function toAppError(error: AgentError): AppError {
  const cause = { message: error.message, cause: error };
  if (error.code === 'AGENT_UNREACHABLE') return agentProcessErrors.AGENT_UNREACHABLE({ cause: error });
  if (error.code === 'AGENT_PROTOCOL_MISMATCH') return agentProcessErrors.AGENT_OUTDATED(cause);
  if (error.code === 'AGENT_SOCKET_MISSING') return executorErrors.COMMAND_SOCKET_MISSING({ ...cause, away: true });
  if (error.code === 'AGENT_DISK_FULL') return agentProcessErrors.AGENT_DISK_FULL({ cause: error });
  return agentProcessErrors.AGENT_REFUSED({ ...cause, message: `The agent refused: ${error.message}` });
}

/** Whether the caller's time ran out. An agent that hangs is not noticed otherwise: its socket takes every connection. */
function isTooLate(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'TimeoutError';
}

function hangs(cause: unknown): AppError {
  return agentProcessErrors.AGENT_UNREACHABLE({
    message: 'The agent of this machine does not answer: it hangs.',
    hint: 'Restart it (for systemd: `systemctl restart davit-agent`); what it runs goes on. If the machine only has too much to do, try again later.',
    cause,
  });
}

function rethrow(thrown: unknown): never {
  if (isTooLate(thrown)) throw hangs(thrown);
  throw thrown instanceof AgentError ? toAppError(thrown) : thrown;
}

async function* explained<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* items;
  } catch (thrown) {
    rethrow(thrown);
  }
}

const isIterable = (value: object): value is AsyncIterable<unknown> => Symbol.asyncIterator in value;

/** The same client, whose failures are davit's own errors: a run that fails by one says what a person can do. */
export function explainAgentErrors(client: AgentClient): AgentClient {
  const wrap =
    (method: (...args: unknown[]) => object) =>
    (...args: unknown[]) => {
      const answer = method(...args);
      return isIterable(answer) ? explained(answer) : (answer as Promise<unknown>).catch(rethrow);
    };
  const methods = Object.entries(client).map(([name, method]) => [name, wrap(method)]);
  return Object.fromEntries(methods) as AgentClient;
}
