import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentClient } from '../../src/client/create-agent-client.ts';
import type { CommandSpec, CommandStatus } from '../../src/protocol/protocol.ts';

/** Waits until something is so, for at most 45 s, and returns what `look` found. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never saw: ${what}`);
    await sleep(20);
  }
}

/** Everything that a command wrote to one of its streams, as it was written. */
export async function readOutput(
  client: AgentClient,
  id: string,
  stream: 'stdout' | 'stderr' = 'stdout',
  offset = 0,
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.followCommand(id, stream, offset)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Runs a command to its end. */
export async function runCommand(
  client: AgentClient,
  id: string,
  spec: CommandSpec,
): Promise<CommandStatus & { stdout: string; stderr: string }> {
  await client.startCommand(id, spec);
  const status = await client.waitForCommand(id);
  return { ...status, stdout: await readOutput(client, id), stderr: await readOutput(client, id, 'stderr') };
}

/** Pids of processes of this machine whose arguments hold `text`. */
export function findProcesses(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) && Number(pid) !== process.pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}
