import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';
import { runEndFields } from '../runs/index.ts';

const SUFFIX = '.davit-backup';
const namePattern = /^davit-\d{8}T\d{6}Z-(?:(dav_[0-9a-z]{26})-)?bak_[0-9a-z]{26}\.davit-backup$/;

/** What a backup is called where it is kept: by its time, then by whose it is and by its id. */
export function backupName(id: string, installation: string, at: Date): string {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `davit-${time}-${installation}-${id}${SUFFIX}`;
}

/** Whose the backup of this name is, as seen from one installation; undefined for a file that is no backup of davit's. */
export function ownerOf(name: string, installation: string | undefined): Backup['installation'] | undefined {
  const match = namePattern.exec(name);
  if (match === null) return undefined;
  if (match[1] === undefined) return 'unknown';
  return match[1] === installation ? 'this' : 'another';
}

/** Whether a file is a backup that this installation made: no other is counted, and none removed. */
export function isOwnBackup(name: string, installation: string | undefined): boolean {
  return ownerOf(name, installation) === 'this';
}

/** The newest one should not be older than this; without a schedule nobody else looks. */
export const oldAfterMs = 48 * 3600 * 1000;

export const backupSchema = z
  .strictObject({
    name: z.string(),
    bytes: z.number().int(),
    madeAt: timestamp,
    installation: z.enum(['this', 'another', 'unknown']).meta({
      description: 'Which one made it; `unknown`: an older davit. Only those of this one are counted and removed.',
    }),
  })
  .meta({ id: 'PlatformBackup' });
export type Backup = z.output<typeof backupSchema>;

export const backupStatusSchema = z
  .strictObject({
    place: z.string().meta({ description: 'Where they are kept: a folder or a bucket.' }),
    schedule: z.string().nullable().meta({ description: 'Cron, in UTC; null: only when somebody asks.' }),
    keep: z.number().int().meta({ description: 'How many that this installation made are kept.' }),
    nextAt: timestamp.nullable(),
    newestAt: timestamp.nullable().meta({ description: 'Of those that this installation made.' }),
    isOld: z.boolean().meta({ description: 'This installation made none, or none in the last two days.' }),
    restored: z
      .strictObject({ madeAt: timestamp, restoredAt: timestamp })
      .nullable()
      .meta({ description: 'The backup that this installation comes from.' }),
    lastRun: z.strictObject({ id: z.string(), ...runEndFields }).nullable(),
  })
  .meta({ id: 'PlatformBackupStatus' });
export type BackupStatus = z.output<typeof backupStatusSchema>;
