import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { runEndFields } from '../runs/index.ts';

const SUFFIX = '.davit-backup';
const namePattern = /^davit-\d{8}T\d{6}Z-bak_[0-9a-z]{26}\.davit-backup$/;

/** What a backup is called where it is kept: by its time, then by its id. */
export function backupName(id: string, at: Date): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `davit-${time}-${id}${SUFFIX}`;
}

/** Whether a file there is one of davit's: no other is listed, and none removed. */
export function isBackupName(name: string): boolean {
  return namePattern.test(name);
}

/** The newest one should not be older than this; without a schedule nobody else looks. */
export const oldAfterMs = 48 * 3600 * 1000;

export const backupSchema = z
  .strictObject({
    name: z.string(),
    bytes: z.number().int(),
    madeAt: timestamp,
  })
  .meta({ id: 'PlatformBackup' });
export type Backup = z.output<typeof backupSchema>;

export const backupStatusSchema = z
  .strictObject({
    place: z.string().meta({ description: 'Where they are kept: a folder or a bucket.' }),
    schedule: z.string().nullable().meta({ description: 'Cron, in UTC; null: only when somebody asks.' }),
    keep: z.number().int(),
    nextAt: timestamp.nullable(),
    newestAt: timestamp.nullable(),
    isOld: z.boolean().meta({ description: 'There is none, or none of the last two days.' }),
    restored: z
      .strictObject({ madeAt: timestamp, restoredAt: timestamp })
      .nullable()
      .meta({ description: 'The backup that this installation comes from.' }),
    lastRun: z.strictObject({ id: z.string(), ...runEndFields }).nullable(),
  })
  .meta({ id: 'PlatformBackupStatus' });
export type BackupStatus = z.output<typeof backupStatusSchema>;
