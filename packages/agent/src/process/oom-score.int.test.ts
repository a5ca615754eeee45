import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand, until } from '../../test/support/observe.ts';
import { shellCommand, shellInstance } from '../../test/support/specs.ts';
import { startTestAgent } from '../../test/support/test-agent.ts';
import { sitDown } from '../../test/support/typist.ts';

// Who dies first when the machine has no memory left: what can be done again, then services, davit's own last.

const isLinux = process.platform === 'linux';
const scoreOf = (pid: number | 'self') => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));

/** Whether this process, and so its children, may lower scores: bit 24 of its capabilities. */
function mayLower(): boolean {
  const [, mask = '0'] = /^CapEff:\t(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return ((BigInt(`0x${mask}`) >> 24n) & 1n) === 1n;
}

test.runIf(isLinux).each(['auto', 'none'] as const)('with isolation %s', async (isolation) => {
  const agent = await startTestAgent({ isolation });
  const { client } = agent;
  const folder = await agent.makeFolder('work');
  const script = 'cat /proc/self/oom_score_adj';
  expect(await runCommand(client, 'build', shellCommand(folder, script))).toMatchObject({ stdout: '700\n' });

  await client.putInstance('web', shellInstance(folder, `${script} > score; exec sleep 1000`));
  const score = await until('its score', () => {
    try {
      return readFileSync(`${folder}/score`, 'utf8');
    } catch {
      return '';
    }
  });
  expect(score).toBe('500\n');

  const typist = await sitDown(client, 'web');
  expect(await typist.run(script)).toBe('700');
  typist.terminal.close();

  const own = scoreOf('self');
  expect(scoreOf(agent.pid())).toBe(own === 0 && mayLower() ? -500 : own);
});
