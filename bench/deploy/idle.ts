// What an idle platform costs: memory and CPU of server and agent. `node bench/deploy/idle.ts [seconds]`
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { archiveOfFolder } from '../../packages/server/test/support/archive.ts';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { printTable } from './table.ts';

const seconds = Number(process.argv[2] ?? 60);
const ticksPerSecond = 100;

/** Proportional set size: pages that processes share are counted once, by parts. MiB. */
function pss(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN) / 1024;
}

/** CPU time of a process since it started, in seconds (fields 14 and 15 of proc(5)). */
function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

await using platform = await startServerProcess({ LOG_LEVEL: 'warn' });
const { api, agent } = platform;
const project = await api.createProject('bench');
const service = await api.createService(project.id, { name: 'hello' });
const hello = new URL('../../examples/hello-node', import.meta.url).pathname;
await api.settled((await api.deploy(service.id, { uploadId: await api.upload(await archiveOfFolder(hello)) })).id);
// Node gives memory back to the system some time after it was used.
await sleep(30_000);
const pids = { server: platform.server.pid ?? 0, agent: (await agent.info()).pid };
const before = { server: cpu(pids.server), agent: cpu(pids.agent) };
await sleep(seconds * 1000);
const share = (name: 'server' | 'agent') => ((cpu(pids[name]) - before[name]) / seconds) * 100;
const memory = { server: pss(pids.server), agent: pss(pids.agent) };
printTable(
  ['idle, one service deployed', 'server', 'agent', 'together', 'goal'],
  [
    [
      'memory (PSS, MiB)',
      memory.server.toFixed(0),
      memory.agent.toFixed(0),
      (memory.server + memory.agent).toFixed(0),
      '≤ 165',
    ],
    [
      'CPU (% of a core)',
      share('server').toFixed(2),
      share('agent').toFixed(2),
      (share('server') + share('agent')).toFixed(2),
      '< 1',
    ],
  ],
);
