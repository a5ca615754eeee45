import { Archive } from 'lucide-react';
import {
  isUnderWay,
  type PlatformBackup,
  useCreatePlatformBackup,
  usePlatformBackupStatus,
  usePlatformBackups,
} from '../../../data/use-platform.ts';
import { Advice } from '../../../ui/advice.tsx';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { quantityText } from '../../../ui/quantity-text.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ListFailure } from '../list-failure.tsx';

const makers = {
  this: 'This installation',
  another: 'Another installation',
  unknown: 'Not known: an older davit',
} as const;

const columns: readonly TableColumn<PlatformBackup>[] = [
  { id: 'made', header: 'Made', cell: ({ madeAt }) => <RelativeTime at={madeAt} /> },
  { id: 'size', header: 'Size', cell: ({ bytes }) => quantityText(bytes, 'bytes') },
  { id: 'installation', header: 'Made by', cell: ({ installation }) => makers[installation] },
  {
    id: 'name',
    header: 'File',
    cell: ({ name }) => <UserText text={name} className="break-all font-mono text-xs" />,
  },
];

/** The backups that there are, and the way to another one. */
export function BackupsCard() {
  const status = usePlatformBackupStatus();
  const run = status.data?.lastRun ?? null;
  const backups = usePlatformBackups(`${run?.id} ${run?.state}`);
  const create = useCreatePlatformBackup();
  const isBusy = create.isPending || (run !== null && isUnderWay(run.state));
  const error = status.error ?? backups.error;
  const make = (
    <Button variant="primary" busy={isBusy} onClick={() => create.mutate()}>
      Back up now
    </Button>
  );
  if (error !== null && (status.data === undefined || backups.data === undefined)) {
    return <ListFailure error={error} onRetry={() => void Promise.all([status.refetch(), backups.refetch()])} />;
  }
  const isEmpty = backups.data?.length === 0;
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-backups">
      <div className="flex flex-wrap items-start gap-3">
        <div className="mr-auto flex min-w-0 max-w-2xl flex-col gap-0.5">
          <h2 id="platform-backups" className="font-semibold text-lg">
            Backups
          </h2>
          <p className="text-muted text-sm">
            {status.data === undefined ? 'Everything in the database, in one file.' : <Plan {...status.data} />}
          </p>
        </div>
        {isEmpty ? null : make}
      </div>
      <div role="status" className="flex flex-col gap-3 empty:hidden">
        {run?.state === 'failed' ? (
          <Alert tone="danger" title="The last backup failed">
            <UserText text={run.reason ?? ''} />
            <Advice hint={run.hint} />
          </Alert>
        ) : null}
        {status.data?.isOld === true && !isEmpty ? (
          <Alert
            tone="warning"
            title={
              status.data.newestAt === null
                ? 'This installation has made none of these backups'
                : 'The newest backup of this installation is more than two days old'
            }
          >
            Make one now, or let davit make them: set BACKUP_SCHEDULE.
          </Alert>
        ) : null}
      </div>
      <Table
        label="Backups"
        columns={columns}
        rows={backups.data ?? []}
        rowKey={({ name }) => name}
        loadingRows={backups.isPending ? 2 : 0}
        empty={
          <EmptyState icon={<Archive aria-hidden />} title="No backup" action={make}>
            Without one, all that davit knows is lost with this disk. The root key is in no backup: keep a copy of it
            too.
          </EmptyState>
        }
      />
    </section>
  );
}

function Plan({
  place,
  schedule,
  keep,
  nextAt,
}: {
  place: string;
  schedule: string | null;
  keep: number;
  nextAt: string | null;
}) {
  return (
    <>
      In <UserText text={place} className="break-all font-mono text-xs" />; the newest {keep} of this installation are
      kept.{' '}
      {schedule === null ? (
        'None is made by itself.'
      ) : nextAt === null ? (
        `Made at ${schedule} (UTC).`
      ) : (
        <>
          The next one is made <RelativeTime plain at={nextAt} />.
        </>
      )}
    </>
  );
}
