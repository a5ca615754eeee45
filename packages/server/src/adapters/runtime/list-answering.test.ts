import { expect, test } from 'vitest';
import { listAnswering } from './list-answering.ts';
import type { InstanceFilter, RootKind, RuntimeInstance } from './runtime.ts';
import { runtimeErrors } from './runtime-errors.ts';

const { signal } = new AbortController();
const process = { id: 'ins_process' } as RuntimeInstance;
const container = { id: 'ins_container' } as RuntimeInstance;
const away = runtimeErrors.RUNTIME_UNREACHABLE({ away: true });

/** A machine whose kinds of instances answer as is said here. */
function machine(answers: Record<RootKind, readonly RuntimeInstance[] | Error>) {
  return {
    async list(_signal: AbortSignal, { kind = 'folder' }: InstanceFilter = {}) {
      const answer = answers[kind];
      if (answer instanceof Error) throw answer;
      return [...answer];
    },
  };
}

test('all instances are seen where all answer', async () => {
  const all = machine({ folder: [process], image: [container] });
  expect(await listAnswering(all, signal)).toEqual({ seen: [process, container], away: undefined });
  expect(await listAnswering(all, signal, ['image'])).toEqual({ seen: [container], away: undefined });
});

test('what is away hides only its own, and says why', async () => {
  const withoutEngine = machine({ folder: [process], image: away });
  expect(await listAnswering(withoutEngine, signal)).toEqual({ seen: [process], away });
  expect(await listAnswering(withoutEngine, signal, ['folder'])).toEqual({ seen: [process], away: undefined });
  expect(await listAnswering(machine({ folder: away, image: away }), signal)).toEqual({ seen: [], away });
});

test('any other failure is one, whatever is away', async () => {
  const broken = new Error('no such file');
  await expect(listAnswering(machine({ folder: broken, image: away }), signal)).rejects.toBe(broken);
  const refused = runtimeErrors.RUNTIME_UNREACHABLE();
  await expect(listAnswering(machine({ folder: away, image: refused }), signal)).rejects.toBe(refused);
});
