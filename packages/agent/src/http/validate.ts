import type { z } from 'zod';
import { AgentError } from '../protocol/agent-error.ts';

/**
 * Checks what came from outside. The message names the place and the rule, never the value: it may be a secret.
 * @throws AgentError AGENT_BAD_REQUEST
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`);
  throw new AgentError('AGENT_BAD_REQUEST', `The request is not valid (${faults.slice(0, 5).join('; ')}).`);
}
