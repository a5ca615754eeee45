import { z } from 'zod';
import type { AgentInfo } from '../protocol/protocol.ts';
import { type SuccessorSpec, successorSpec } from '../protocol/renewal.ts';
import { type AgentRoute, empty, json } from './router.ts';
import { validate } from './validate.ts';

const shutdownBody = z.strictObject({ stopInstances: z.boolean() });
const removeFolderBody = z.strictObject({ path: z.string().startsWith('/').max(4096) });

export interface AgentActions {
  info(): AgentInfo;
  removeFolder(path: string): Promise<void>;
  /** Ends instances and commands first if asked to; resolves when that is done, and the agent then goes away. */
  shutdown(stopInstances: boolean): Promise<void>;
  /** Resolves when another agent waits to take the place of this one, which then goes away. */
  handOver(spec: SuccessorSpec): Promise<void>;
}

/** The agent's description, then nothing as long as the agent lives: whoever reads on learns of its end at once. */
async function* describeAndStay(info: AgentInfo, signal: AbortSignal): AsyncIterable<AgentInfo> {
  yield info;
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** About the agent itself. */
export function agentRoutes(actions: AgentActions): AgentRoute[] {
  return [
    { method: 'GET', path: '/v1/info', handle: () => json(actions.info()) },
    {
      method: 'GET',
      path: '/v1/info/follow',
      handle: ({ signal }) => ({ kind: 'lines', values: describeAndStay(actions.info(), signal) }),
    },
    {
      method: 'POST',
      path: '/v1/folders/remove',
      handle: async ({ body }) => {
        await actions.removeFolder(validate(removeFolderBody, body).path);
        return empty;
      },
    },
    {
      method: 'POST',
      path: '/v1/succession',
      handle: async ({ body }) => {
        await actions.handOver(validate(successorSpec, body));
        return empty;
      },
    },
    {
      method: 'POST',
      path: '/v1/shutdown',
      handle: async ({ body }) => {
        await actions.shutdown(validate(shutdownBody, body).stopInstances);
        return empty;
      },
    },
  ];
}
