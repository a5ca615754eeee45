import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCaller } from './api-caller.ts';

/** What became of the writes of somebody who makes projects all the time. */
export interface Writes {
  /** The ids of those that were said to be made. */
  acknowledged: string[];
  /** The statuses and codes of all other answers. */
  refused: string[];
}

/** Makes one project after the other until it is told to stop, whatever the answers are. */
export function startSteadyWriter(api: ApiCaller) {
  const writes: Writes = { acknowledged: [], refused: [] };
  const stopped = new AbortController();

  async function write(number: number): Promise<void> {
    const { status, body } = await api.call<{ id: string; code?: string }>('POST', '/v1/projects', {
      name: `written-${number}`,
    });
    if (status < 300) writes.acknowledged.push(body.id);
    else writes.refused.push(`${status} ${body.code}`);
  }

  const writing = (async () => {
    for (let number = 1; !stopped.signal.aborted; number += 1) {
      await write(number);
      await sleep(50);
    }
  })();
  async function stop(): Promise<Writes> {
    stopped.abort();
    await writing;
    return writes;
  }
  return {
    seen: writes as Readonly<Writes>,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop().catch(() => {})),
  };
}
