/**
 * `node bench/stacks/updates.ts [rounds] [no-change|output|many …]` (needs what scripts/setup builds; Linux): updates of stacks
 * through davit against the same program on the bare engine, in turn; lines of output; and twenty stacks with four workers.
 * Prints the table of bench/README.md, with CPU time beside the time by the clock: that is what a busy machine changes least.
 */
import { availableParallelism } from 'node:os';
import { percentile, table, whole } from '../runs/statistics.ts';
import { startCpuMeter } from './cpu-meter.ts';
import { followLines } from './follow-lines.ts';
import { type Spec, type StackStand, startStackStand } from './stack-stand.ts';

const LINES = 10_000;
const STACKS = 20;
const WORKERS = 4;

const [givenRounds = '9', ...givenParts] = process.argv.slice(2);
const rounds = Number(givenRounds);
const isWanted = (part: string): boolean => givenParts.length === 0 || givenParts.includes(part);

/** What something took: by the clock, and of processors; both in milliseconds. */
interface Cost {
  ms: number;
  cpu: number;
}

using meter = startCpuMeter();
const cpuNow = (): number => meter?.now() ?? Number.NaN;

async function costOf(act: () => Promise<unknown>): Promise<Cost> {
  const [start, cpu] = [performance.now(), cpuNow()];
  await act();
  return { ms: performance.now() - start, cpu: cpuNow() - cpu };
}

const median = (values: readonly number[]): number => percentile(values, 0.5);
const milliseconds = (value: number): string => `${whole(value)} ms`;
const medianCost = (costs: readonly Cost[]): Cost => ({
  ms: median(costs.map(({ ms }) => ms)),
  cpu: median(costs.map(({ cpu }) => cpu)),
});
const formatCost = ({ ms, cpu }: Cost): string => `${milliseconds(ms)}, CPU ${milliseconds(cpu)}`;
const formatRatio = (one: Cost, other: Cost): string =>
  `${(one.ms / other.ms).toFixed(2)}, CPU ${(one.cpu / other.cpu).toFixed(2)}`;

type Row = readonly string[];

/** Both do the same from the second time on: nothing. */
async function measureNoChange(stand: StackStand): Promise<{ row: Row; isMet: boolean }> {
  const spec: Spec = { resources: 10, lines: 0 };
  const id = await stand.apply('ten', spec);
  const deploy = async () => await stand.settled(await stand.deploy(id));
  await deploy();
  await stand.bare('ten', spec);
  const costs = { davit: [] as Cost[], bare: [] as Cost[] };
  for (let round = 0; round < rounds; round += 1) {
    costs.davit.push(await costOf(deploy));
    costs.bare.push(await costOf(() => stand.bare('ten', spec)));
  }
  const [davit, bare] = [medianCost(costs.davit), medianCost(costs.bare)];
  const limit = 1.2 * bare.ms + 1000;
  const goal = `≤ ${milliseconds(limit)} (1.2 times, and 1 s)`;
  const peer = `bare \`up\`: ${formatCost(bare)}`;
  const row = ['ten resources, nothing changes', formatCost(davit), peer, formatRatio(davit, bare), goal];
  return { row, isMet: davit.ms <= limit };
}

async function measureOutput(stand: StackStand): Promise<{ rows: Row[]; isMet: boolean }> {
  const spec: Spec = { resources: 1, lines: LINES };
  const id = await stand.apply('talker', spec);
  const costs = { davit: [] as Cost[], bare: [] as Cost[] };
  const perSecond: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    let read = { lines: 0, writingMs: 0 };
    const davit = await costOf(async () => {
      read = await followLines(stand.server, (await stand.deploy(id)).runId);
    });
    if (read.lines !== LINES) throw new Error(`${read.lines} of ${LINES} lines came`);
    const bare = await costOf(() => stand.bare('talker', spec));
    // The first makes what the others find there.
    if (round === 0) continue;
    costs.davit.push(davit);
    costs.bare.push(bare);
    perSecond.push(LINES / (Math.max(1, read.writingMs) / 1000));
  }
  const [davit, bare] = [medianCost(costs.davit), medianCost(costs.bare)];
  const peer = `bare \`up\`: ${formatCost(bare)}`;
  const rows = [
    [`${whole(LINES)} lines, all read by a client`, formatCost(davit), peer, formatRatio(davit, bare), '≤ 1.1'],
    ['lines a second, from the first to the last', whole(median(perSecond)), '', '', '≥ 5,000'],
  ];
  return { rows, isMet: davit.ms <= 1.1 * bare.ms && median(perSecond) >= 5000 };
}

/** All asked for at once, against one after the other, shared out ideally. */
async function measureMany(stand: StackStand): Promise<{ row: Row; isMet: boolean }> {
  const spec: Spec = { resources: 2, lines: 10 };
  const ids: string[] = [];
  for (let index = 0; index < STACKS; index += 1) ids.push(await stand.apply(`many-${index}`, spec));
  const deployOne = async (id = '') => await stand.settled(await stand.deploy(id));
  for (const id of ids) await deployOne(id);
  const again = await costOf(async () => {
    for (const id of ids) await deployOne(id);
  });
  const many = await costOf(() => Promise.all(ids.map(deployOne)));
  const ideal = { ms: again.ms / Math.min(WORKERS, availableParallelism()), cpu: again.cpu };
  const peer = `shared out ideally: ${formatCost(ideal)}`;
  const row = [`${STACKS} stacks, ${WORKERS} workers`, formatCost(many), peer, formatRatio(many, ideal), '≤ 1.3'];
  return { row, isMet: many.ms <= 1.3 * ideal.ms };
}

await using stand = await startStackStand(WORKERS);
const rows: Row[] = [];
let isMet = true;
if (isWanted('no-change')) {
  const measured = await measureNoChange(stand);
  rows.push(measured.row);
  isMet &&= measured.isMet;
}
if (isWanted('output')) {
  const measured = await measureOutput(stand);
  rows.push(...measured.rows);
  isMet &&= measured.isMet;
}
if (isWanted('many')) {
  const measured = await measureMany(stand);
  rows.push(measured.row);
  isMet &&= measured.isMet;
}
console.log(table(['measured', 'davit', 'peer', 'ratio', 'goal'], rows));
if (!isMet) process.exitCode = 1;
