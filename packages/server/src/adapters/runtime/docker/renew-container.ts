import type { EngineClient } from '@davit/agent/engine';
import { z } from 'zod';
import { label } from './instance-labels.ts';
import { removeContainer } from './start-container.ts';

/** What makes a container the same as another: the engine takes what it tells. */
const original = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.looseObject({ Hostname: z.string(), Labels: z.record(z.string(), z.string()) }),
  HostConfig: z.looseObject({}),
  NetworkSettings: z.object({
    Networks: z.record(
      z.string(),
      z.object({
        NetworkID: z.string(),
        Aliases: z.array(z.string()).nullish(),
        IPAMConfig: z.object({ IPv4Address: z.string().optional() }).nullish(),
      }),
    ),
  }),
});

const created = z.object({ Id: z.string() });

/** How a container ended that another has taken the place of. */
export interface FormerEnd {
  /** One sentence. */
  detail: string;
  /** Restarts in all, with the one that follows. */
  restarts: number;
  /** So many ended like this, each soon after its start. */
  inARow: number;
  /** No start follows. */
  isGivenUp: boolean;
}

const toLabels = ({ detail, restarts, inARow, isGivenUp }: FormerEnd): Record<string, string> => ({
  [label.formerEnd]: detail,
  [label.restarts]: String(restarts),
  [label.inARow]: String(inARow),
  [label.givenUp]: isGivenUp ? 'true' : '',
});

/**
 * Puts a fresh container in the place of one that has ended: the same in all, its address among it, but for what that one has
 * written. It carries how that one ended. One that is given up is made all the same, and not started: it says so for as long
 * as it is there. A crash on the way leaves none, or one that was not started: whoever looks after instances makes it anew.
 * @throws EngineError
 */
export async function renewContainer(
  engine: EngineClient,
  containerId: string,
  end: FormerEnd,
  signal: AbortSignal,
): Promise<void> {
  const former = original.parse(await engine.call(`/containers/${containerId}/json`, { signal }));
  const { Hostname: _ownId, ...config } = former.Config;
  const endpoints = Object.values(former.NetworkSettings.Networks).map(
    ({ NetworkID: networkId, Aliases: aliases, IPAMConfig: address }) => {
      // The engine adds the container's own id.
      const names = (aliases ?? []).filter((name) => !former.Id.startsWith(name));
      return [networkId, { Aliases: names, IPAMConfig: address }] as const;
    },
  );
  const body = {
    ...config,
    Labels: { ...config.Labels, ...toLabels(end) },
    HostConfig: former.HostConfig,
    NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints) },
  };
  await removeContainer(engine, former.Id, signal);
  const query = { name: former.Name.replace(/^\//, '') };
  const { Id: id } = created.parse(await engine.call('/containers/create', { method: 'POST', query, body, signal }));
  if (!end.isGivenUp) await engine.call(`/containers/${id}/start`, { method: 'POST', signal });
}
