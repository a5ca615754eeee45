import { z } from 'zod';

/** The process that is to take an agent's place. */
export const successorSpec = z.strictObject({
  program: z.string().startsWith('/').max(4096),
  /** Of the program, up to and with the agent's own; the agent adds the sockets that it hands on. */
  arguments: z.array(z.string().max(4096)).max(100),
  environment: z.record(z.string().max(256), z.string().max(65_536)),
});
export type SuccessorSpec = z.infer<typeof successorSpec>;

/**
 * What an agent and a caller of different versions can still say to each other, so that one of them can be renewed: these paths keep
 * their shape for ever.
 */
export const renewalPaths: readonly string[] = ['/v1/info', '/v1/shutdown', '/v1/succession'];
