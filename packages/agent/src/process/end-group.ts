import { setTimeout as sleep } from 'node:timers/promises';
import type { InnerGroup } from '../sandbox/cgroup.ts';

/** Kills what is in a group until nothing is left, and takes the group away. */
export async function endGroup(group: InnerGroup): Promise<void> {
  for (let pause = 1; group.pids().length > 0; pause = Math.min(20, pause * 2)) {
    group.kill();
    await sleep(pause);
  }
  await group.remove();
}
