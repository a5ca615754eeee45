/**
 * What an operator does on the machine of davit, with or without a server: `davit admin …` starts this program. It is told what to
 * do by its first argument and a line of JSON on standard input, and answers on standard output in lines of JSON:
 * `{ type: 'note' | 'result' | 'error', … }`.
 */
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type AdminContext, type AdminResult, adminLogger } from './admin-context.ts';
import { adminErrors } from './admin-errors.ts';
import { AppError } from './kernel/app-error.ts';
import { loadServerConfig } from './known-settings.ts';

const commands: Readonly<Record<string, () => Promise<(context: AdminContext) => Promise<AdminResult>>>> = {
  backup: async () => (await import('./admin-backup.ts')).backUp,
  restore: async () => (await import('./admin-restore.ts')).restore,
  doctor: async () => (await import('./admin-doctor.ts')).examine,
  'reset-password': async () => (await import('./admin-reset-password.ts')).giveNewPassword,
  'rotate-keys': async () => (await import('./admin-rotate-keys.ts')).rotateKeys,
};

const argsSchema = z.record(z.string(), z.string().optional());

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function run(): Promise<number> {
  const load = commands[process.argv[2] ?? ''];
  if (load === undefined) throw adminErrors.ADMIN_USAGE();
  const args = argsSchema.parse(JSON.parse((await text(process.stdin)) || '{}'));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(adminErrors.ADMIN_INTERRUPTED()));
  const work = await load();
  const { exitCode = 0, ...result } = await work({
    ...(await loadServerConfig()),
    args,
    signal: stop.signal,
    logger: adminLogger(),
    note: (line) => say({ type: 'note', text: line }),
  });
  say({ type: 'result', ...result, exitCode });
  return exitCode;
}

try {
  process.exitCode = await run();
} catch (thrown) {
  const { code, message, hint, cause } = AppError.from(thrown);
  say({ type: 'error', code, message, hint });
  if (code === 'INTERNAL') process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
  process.exitCode = code === 'CONFIG_INVALID' || code === 'ADMIN_USAGE' ? 2 : 1;
}
