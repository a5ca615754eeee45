import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { defineRunKind } from '../../packages/server/src/platform/runs/run-kind.ts';
import { startProgram } from './child.ts';

const AT_ONCE = 500;

const line = (n: number) => `request ${n} GET /api/v1/items/${n} answered 200 in 12 ms for user 4f1c, 1830 bytes`;

/** Lines `from` to `to` as one text. */
export function linesOf(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, n) => line(from + n)).join('\n');
}

/** Writes lines as fast as they are stored, once `begin` resolves. */
export function createWriter(begin: () => Promise<void>) {
  return defineRunKind({
    name: 'bench.write',
    lane: 'long',
    input: z.strictObject({ lines: z.int() }),
    timeoutMs: 600_000,
    supersedesQueued: false,
    steps: [
      {
        name: 'write',
        async run(context) {
          context.mask(['postgres://davit:correct-horse@db/davit', 'ghp_0123456789abcdef0123456789abcdef']);
          await begin();
          for (let at = 0; at < context.input.lines; at += AT_ONCE) {
            const text = linesOf(at, Math.min(context.input.lines, at + AT_ONCE));
            if (!context.output.write('stdout', text)) await context.output.flush();
          }
          return null;
        },
      },
    ],
  });
}

/** What a build does whose command floods: the lines of a process, one by one. */
export const flooded = defineRunKind({
  name: 'bench.flood',
  lane: 'long',
  input: z.strictObject({ perSecond: z.int(), seconds: z.int() }),
  timeoutMs: 600_000,
  supersedesQueued: false,
  steps: [
    {
      name: 'build',
      async run(context) {
        context.mask(['postgres://davit:correct-horse@db/davit', 'ghp_0123456789abcdef0123456789abcdef']);
        const child = startProgram('steady-flood.ts', context.input);
        if (!child.stdout) throw new Error('no output');
        createInterface({ input: child.stdout }).on('line', (text) => context.output.write('stdout', text));
        await once(child, 'close');
        return null;
      },
    },
  ],
});
