import { resolve } from 'node:path';
import { eachItem, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { runAdminProgram } from '../local/run-admin-program.ts';
import { formatAge, formatBytes } from '../terminal/duration.ts';
import { formatTable } from '../terminal/table.ts';
import { followPlatformRun } from './follow-platform-run.ts';
import { warnOfFailure } from './warn-of-failure.ts';

/** A path is meant from here, wherever the program that reads it is started. */
const placed = (text: string): string =>
  text.startsWith('s3://') ? text : `${resolve(text)}${text.endsWith('/') ? '/' : ''}`;

async function backUp(context: Context, { to }: CommonOptions & { to?: string }): Promise<void> {
  const { output } = context;
  if (to !== undefined) {
    if (to === '') throw wrongUsage('--to needs a file, a folder or s3://BUCKET/FOLDER.');
    return await runAdminProgram(context, 'backup', { to: placed(to) });
  }
  const connection = await context.connect();
  const { runId } = await unwrap(connection.api.POST('/v1/platform/backups'));
  const run = await followPlatformRun(connection, runId, output);
  const status = await unwrap(connection.api.GET('/v1/platform/backup-status'));
  output.result({ value: { run, status }, text: `Backed up to ${status.place}; the root key is not in it.` });
}

const makers = { this: '', another: 'of another installation', unknown: 'of an older davit: not known whose' } as const;

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const query = (cursor: string | undefined) => ({ params: { query: { limit: 200, cursor } } });
  const backups = await Array.fromAsync(eachItem((cursor) => unwrap(api.GET('/v1/platform/backups', query(cursor)))));
  const status = await unwrap(api.GET('/v1/platform/backup-status'));
  const rows = backups.map(({ name, bytes, madeAt, installation }) => [
    name,
    formatBytes(bytes),
    formatAge(madeAt),
    makers[installation],
  ]);
  output.result({
    value: { items: backups, status },
    text: backups.length === 0 ? `There is no backup in ${status.place}.` : formatTable(rows),
    quiet: backups.map(({ name }) => name).join('\n'),
  });
  output.note(
    output.noteStyle.dim(
      `in ${status.place}, ${status.keep} of this installation are kept; ${status.schedule === null ? 'none is made by itself (BACKUP_SCHEDULE)' : `made at ${status.schedule} (UTC)`}`,
    ),
  );
  if (status.isOld && backups.length > 0) {
    output.warn(
      status.newestAt === null
        ? 'this installation has made none of them'
        : 'the newest backup of this installation is more than two days old',
    );
  }
  warnOfFailure(output, 'the last one', status.lastRun);
}

/** `davit admin backup`, `backups` and `restore`. */
export function createBackupCommands(): Command[] {
  const backup = davitCommand({
    name: 'backup',
    summary: 'put everything that davit knows into one file',
    description:
      'Makes one file of the whole database and of uploaded sources, while davit runs. Secrets in it stay encrypted; the root key\nthat opens them is not in it. Without --to the server makes it where BACKUP_TO says; with --to it is made on this machine.',
    examples: [
      ['davit admin backup', 'where the server keeps its backups'],
      ['davit admin backup --to /mnt/disk/', 'into a folder, on the machine of davit'],
      ['davit admin backup --to s3://bucket/davit', 'into a bucket, with the key in BACKUP_S3_…'],
    ],
  }).option('--to <place>', 'a file, a folder, or s3://BUCKET/FOLDER');
  const backups = davitCommand({
    name: 'backups',
    summary: 'list the backups that the server keeps',
    examples: [['davit admin backups', 'newest first']],
  });
  const restore = davitCommand({
    name: 'restore',
    summary: 'rebuild an empty installation from a backup',
    description:
      'Fills an installation that holds nothing yet, on this machine, with the server stopped. Its root key must be the one that the\nbackup was made with (DATA_DIR/root-key or ROOT_KEY_FILE). Services are built again once the server runs.',
    examples: [
      ['davit admin restore davit-20261121T033000Z-dav_01-bak_02.davit-backup', 'from a file'],
      ['davit admin restore s3://bucket/davit/NAME', 'from a bucket, with the key in BACKUP_S3_…'],
    ],
  }).argument('<file>', 'the file, or s3://BUCKET/FOLDER/NAME');
  return [
    acting<CommonOptions & { to?: string }>(backup, backUp),
    acting<CommonOptions>(backups, list),
    acting<CommonOptions>(restore, (context, _options, file = '') =>
      runAdminProgram(context, 'restore', { file: placed(file) }),
    ),
  ];
}
