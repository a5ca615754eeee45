import type { AgentErrorCode } from './protocol.ts';

/** What the agent answers instead of what was asked. `message` is a sentence for a person and holds no secret. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Whether something that was thrown is an {@link AgentError} with this code. */
export function isAgentError(thrown: unknown, code: AgentErrorCode): thrown is AgentError {
  return thrown instanceof AgentError && thrown.code === code;
}
