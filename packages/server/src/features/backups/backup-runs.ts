import { z } from 'zod';
import type { ObjectStore } from '../../adapters/object-store/object-store.ts';
import { defineRunKind, type RunContext, type RunKind } from '../../platform/runs/run-kind.ts';
import type { BackupMaker } from './backup-maker.ts';

export const BACKUP_KIND = 'platform.backup';
/** One at a time. */
export const BACKUP_SUBJECT = 'platform:backup';

const input = z.strictObject({});
type Input = z.output<typeof input>;

/** The kind of run that makes a backup of the platform, and then removes those that are too many. */
export function createBackupRunKind(options: { maker: BackupMaker; store: ObjectStore; keep: number }): RunKind<Input> {
  const { maker, store, keep } = options;

  async function write(context: RunContext<Input>) {
    const say = (text: string) => void context.output.write('system', text);
    const { name, bytes, sha256, total, missing } = await maker.make(store, context.signal, say);
    return { name, bytes, sha256, tables: total.tables, rows: total.rows, files: total.files, missing: missing.length };
  }

  async function tidy(context: RunContext<Input>): Promise<null> {
    await context.assertLease();
    for (const name of await maker.removeOld(store, keep, context.signal)) {
      context.output.write('system', `removed ${name}: ${keep} are kept`);
    }
    return null;
  }

  return defineRunKind<Input>({
    name: BACKUP_KIND,
    lane: 'long',
    input,
    timeoutMs: 12 * 3600 * 1000,
    supersedesQueued: true,
    steps: [
      { name: 'write', run: write, maxAttempts: 3 },
      { name: 'tidy', run: tidy, maxAttempts: 3 },
    ],
  });
}
