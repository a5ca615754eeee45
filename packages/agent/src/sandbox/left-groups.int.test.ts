import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../test/support/observe.ts';
import { shellCommand, shellInstance } from '../../test/support/specs.ts';
import { needLimits, startTestAgent } from '../../test/support/test-agent.ts';
import { listFolders, readPids } from './inner-group.ts';

/** The agent's own group in each hierarchy of the kernel. */
function ownGroups(stateDir: string): string[] {
  const place = JSON.parse(readFileSync(join(stateDir, 'cgroups.json'), 'utf8')) as {
    parent?: string;
    folders?: Record<string, string>;
  };
  return [...new Set([place.parent, ...Object.values(place.folders ?? {})])].filter((folder) => folder !== undefined);
}

/** Processes that carry the mark of the agent with this state folder. */
function marked(stateDir: string): number[] {
  const id = JSON.parse(readFileSync(join(stateDir, 'state-id'), 'utf8')) as string;
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`DAVIT_AGENT_ID=${id}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

it('an agent that was killed with all that it ran leaves empty groups: its next start removes them, and its end its own', async ({
  skip,
}) => {
  const agent = await startTestAgent();
  const { client, stateDir } = agent;
  await needLimits(client, skip);
  const folder = await agent.makeFolder('work');
  const never = { restart: { policy: 'never', maxRestarts: 0 } } as const;
  await client.putInstance('web', shellInstance(folder, 'touch began; sleep 1000', never));
  await client.startCommand('build', shellCommand(folder, 'touch builds; sleep 1000'));
  await until('both', () => existsSync(join(folder, 'began')) && existsSync(join(folder, 'builds')));
  const groups = ownGroups(stateDir);
  const within = () => groups.flatMap((group) => listFolders(group).map((name) => join(group, name)));

  await agent.kill();
  await until('that nothing runs', () => {
    for (const pid of [...marked(stateDir), ...within().flatMap(readPids)]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended meanwhile
      }
    }
    return within().every((group) => readPids(group).length === 0);
  });
  expect(within()).not.toEqual([]);

  await agent.start();
  await until('that the groups are gone', () => within().length === 0);
  await agent.terminate();
  expect(groups.filter((group) => existsSync(group))).toEqual([]);
});
