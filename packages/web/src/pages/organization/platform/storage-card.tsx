import { useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { isUnderWay } from '../../../data/use-platform.ts';
import {
  type PlatformStorage,
  type StoragePart,
  useCollectStorage,
  usePlatformStorage,
} from '../../../data/use-platform-storage.ts';
import { Advice } from '../../../ui/advice.tsx';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { quantityText } from '../../../ui/quantity-text.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ListFailure } from '../list-failure.tsx';
import { partTitles } from './storage-words.ts';

const columns: readonly TableColumn<StoragePart>[] = [
  { id: 'name', header: 'What', cell: ({ name }) => <span className="font-medium">{partTitles[name]}</span> },
  {
    id: 'bytes',
    header: 'Takes',
    align: 'end',
    className: '@xl:whitespace-nowrap',
    cell: ({ bytes }) => (bytes === null ? 'unknown' : quantityText(bytes, 'bytes')),
  },
  {
    id: 'collectable',
    header: 'To collect',
    align: 'end',
    className: '@xl:whitespace-nowrap',
    cell: ({ collectableBytes }) => (collectableBytes === 0 ? '—' : quantityText(collectableBytes, 'bytes')),
  },
  {
    id: 'detail',
    header: 'What ends it, and where it is',
    className: '@xl:w-1/2',
    cell: ({ detail, place }) => (
      <span className="flex min-w-0 flex-col gap-0.5">
        <UserText text={detail} className="break-words" />
        <UserText text={place} className="break-all font-mono text-subtle text-xs" />
      </span>
    ),
  },
];

/** What fills the disk, and the way to free what nothing needs. */
export function StorageCard() {
  const storage = usePlatformStorage();
  const [asking, setAsking] = useState(false);
  const { data } = storage;
  const isCollecting = isUnderWay(data?.lastCollection?.state ?? '');
  if (storage.error !== null && data === undefined)
    return <ListFailure error={storage.error} onRetry={() => void storage.refetch()} />;
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-storage">
      <div className="flex flex-wrap items-start gap-3">
        <div className="mr-auto flex min-w-0 max-w-2xl flex-col gap-0.5">
          <h2 id="platform-storage" className="font-semibold text-lg">
            Storage
          </h2>
          <p className="text-muted text-sm">
            {data === undefined ? 'The disk is being measured.' : <Disks {...data} />}
          </p>
        </div>
        <Button busy={isCollecting} disabled={data === undefined} onClick={() => setAsking(true)}>
          Collect now…
        </Button>
      </div>
      <div role="status" className="flex flex-col gap-3 empty:hidden">
        {data === undefined ? null : <LastCollection {...data} />}
      </div>
      <Table
        label="Storage"
        columns={columns}
        rows={data?.parts ?? []}
        rowKey={({ name }) => name}
        loadingRows={storage.isPending ? 8 : 0}
      />
      {asking && data !== undefined ? <CollectDialog storage={data} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function Disks({ disks, measuredAt }: PlatformStorage) {
  // Folders of one disk say the same.
  const shown = disks.filter(
    ({ totalBytes, freeBytes }, index) =>
      disks.findIndex((other) => other.totalBytes === totalBytes && other.freeBytes === freeBytes) === index,
  );
  return (
    <>
      {shown.map(({ setting, freeBytes, totalBytes }) => (
        <span key={setting}>
          {quantityText(freeBytes, 'bytes')} of {quantityText(totalBytes, 'bytes')} are free for {setting}.{' '}
        </span>
      ))}
      Measured <RelativeTime plain at={measuredAt} />.
    </>
  );
}

function LastCollection({ lastCollection }: PlatformStorage) {
  if (lastCollection === null || isUnderWay(lastCollection.state)) return null;
  const { state, reason, hint, freedBytes, finishedAt } = lastCollection;
  const freed = freedBytes === null ? '' : `${quantityText(freedBytes, 'bytes')} freed. `;
  if (state !== 'succeeded') {
    return (
      <Alert tone="danger" title="The last collection did not end well">
        {freed}
        <UserText text={reason ?? ''} />
        <Advice hint={hint} />
      </Alert>
    );
  }
  return (
    <p className="text-muted text-sm">
      Last collection: {freed}
      {finishedAt === null ? null : <RelativeTime plain at={finishedAt} />}
    </p>
  );
}

function CollectDialog({ storage, onClose }: { storage: PlatformStorage; onClose: () => void }) {
  const collect = useCollectStorage();
  const parts = storage.parts.filter(({ collectableBytes }) => collectableBytes > 0);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title="Free what nothing needs?"
      description="What runs, what can be rolled back to, and what davit has not made stay. The next build of a service fetches its dependencies again."
      confirmLabel="Collect"
      busy={collect.isPending}
      failure={failureOf(collect.error)}
      onConfirm={() => collect.mutate(undefined, { onSuccess: onClose })}
    >
      {parts.length === 0 ? (
        <p className="text-sm">Nothing is known that could be freed; what is old is looked through all the same.</p>
      ) : (
        <ul className="flex flex-col gap-1 text-sm">
          {parts.map(({ name, collectableBytes }) => (
            <li key={name} className="flex justify-between gap-3">
              <span>{partTitles[name]}</span>
              <span>{quantityText(collectableBytes, 'bytes')}</span>
            </li>
          ))}
        </ul>
      )}
    </ConfirmDialog>
  );
}
