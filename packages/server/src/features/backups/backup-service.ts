import { Cron } from 'croner';
import type { Pool } from 'pg';
import type { ObjectStore } from '../../adapters/object-store/object-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { findRestoredMark } from '../../platform/backup/restored-mark.ts';
import type { Db, Tx } from '../../platform/db/database.ts';
import { findInstallationId } from '../../platform/db/installation-id.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { presentRunEnd } from '../runs/index.ts';
import { type Backup, type BackupStatus, oldAfterMs, ownerOf } from './backup.ts';
import { BACKUP_KIND, BACKUP_SUBJECT } from './backup-runs.ts';
import { findNextBackup, takeBackupTime } from './backup-store.ts';

export interface BackupServiceOptions {
  db: Db;
  pool: Pool;
  engine: RunEngine;
  store: ObjectStore;
  /** BACKUP_SCHEDULE */
  schedule: string | undefined;
  /** BACKUP_KEEP */
  keep: number;
  clock: Clock;
  logger: Logger;
}

export type BackupService = ReturnType<typeof createBackupService>;

const lookEveryMs = 60_000;
const shortestPauseMs = 250;

/** Backups of the whole platform: asks for them, by the clock too, and says what there is. */
export function createBackupService(options: BackupServiceOptions) {
  const { db, pool, engine, store, schedule, keep, clock, logger } = options;

  async function enqueue(trx: Tx, askedBy: string | null): Promise<string> {
    const run = { kind: BACKUP_KIND, organizationId: null, subject: BACKUP_SUBJECT, input: {}, askedBy };
    return (await engine.enqueue(trx, run)).id;
  }

  async function list(signal: AbortSignal): Promise<Backup[]> {
    const own = await findInstallationId(pool);
    return (await store.list(signal)).flatMap(({ name, bytes, modifiedAt }) => {
      const installation = ownerOf(name, own);
      return installation === undefined ? [] : [{ name, bytes, madeAt: modifiedAt, installation }];
    });
  }

  const nextOf = (after: Date) => new Cron(schedule ?? '', { paused: true, timezone: 'UTC' }).nextRun(after);

  /** Of several servers one enqueues. A time that passed while none ran is made up for once. */
  async function fireWhenDue(now: Date): Promise<number> {
    if (schedule === undefined) return lookEveryMs;
    const due = await findNextBackup(db, schedule);
    const next = nextOf(now);
    if (next === null) return lookEveryMs;
    if (due !== undefined && due > now) return Number(due) - Number(now);
    await db.transaction().execute(async (trx) => {
      if (!(await takeBackupTime(trx, schedule, due, next)) || due === undefined) return;
      const runId = await enqueue(trx, null);
      logger.info({ runId }, 'a backup of the platform is due');
    });
    return Number(next) - Number(now);
  }

  return {
    list,

    /** Queues one now. */
    request: (askedBy: string | null): Promise<string> => db.transaction().execute((trx) => enqueue(trx, askedBy)),

    async status(signal: AbortSignal): Promise<BackupStatus> {
      const newest = (await list(signal)).find(({ installation }) => installation === 'this');
      const [run] = await engine.listRuns(null, { kind: BACKUP_KIND, limit: 1 });
      const restored = await findRestoredMark(db);
      const nextAt = schedule === undefined ? null : ((await findNextBackup(db, schedule)) ?? null);
      const ageMs = newest === undefined ? Infinity : Number(clock.now()) - Number(newest.madeAt);
      return {
        place: store.place,
        schedule: schedule ?? null,
        keep,
        nextAt,
        newestAt: newest?.madeAt ?? null,
        isOld: ageMs > oldAfterMs,
        restored: restored === undefined ? null : { madeAt: restored.madeAt, restoredAt: restored.restoredAt },
        lastRun: run === undefined ? null : { id: run.id, ...presentRunEnd(run) },
      };
    },

    /** For the job of the clock: when to be called again, in milliseconds. */
    async tick(): Promise<number> {
      const pauseMs = await fireWhenDue(clock.now());
      return Math.min(lookEveryMs, Math.max(shortestPauseMs, pauseMs));
    },
  };
}
