/**
 * Asks for a path at a steady rate, whatever the answers take, and prints the milliseconds of each as JSON. A late
 * answer does not put the next question off: it would hide how late the others are. Argument: `{port, path, perSecond, seconds}`.
 */
import { once } from 'node:events';
import { Agent, get } from 'node:http';

interface Command {
  port: number;
  path: string;
  perSecond: number;
  seconds: number;
}

const { port, path, perSecond, seconds } = JSON.parse(process.argv[2] ?? '') as Command;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

async function ask(): Promise<number> {
  const start = performance.now();
  const request = get({ port, path, agent, host: '127.0.0.1' });
  const [answer] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
  return performance.now() - start;
}

const asked: Promise<number>[] = [];
const start = performance.now();
while (asked.length < perSecond * seconds) {
  const due = Math.min(perSecond * seconds, ((performance.now() - start) / 1_000) * perSecond);
  while (asked.length < due) asked.push(ask());
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(JSON.stringify(await Promise.all(asked)));
agent.destroy();
