import { type DoctorFinding, useDoctor } from '../../../data/use-platform.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ListFailure } from '../list-failure.tsx';

const states: Record<DoctorFinding['state'], { tone: Tone; word: string; order: number }> = {
  fail: { tone: 'danger', word: 'Broken', order: 0 },
  warn: { tone: 'warning', word: 'Look at it', order: 1 },
  ok: { tone: 'success', word: 'Fine', order: 2 },
};

const columns: readonly TableColumn<DoctorFinding>[] = [
  { id: 'title', header: 'What', cell: ({ title }) => <UserText text={title} className="break-words font-medium" /> },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => <Badge tone={states[state].tone}>{states[state].word}</Badge>,
  },
  {
    id: 'detail',
    header: 'Seen, and what to do',
    className: '@xl:w-3/5',
    cell: ({ detail, mend }) => (
      <span className="flex min-w-0 flex-col gap-0.5">
        <UserText text={detail} className="break-words" />
        {mend === null ? null : <UserText text={mend} className="break-words text-muted" />}
      </span>
    ),
  },
];

/** What the doctor finds: what is broken first. */
export function DoctorCard() {
  const doctor = useDoctor();
  const findings = (doctor.data?.findings ?? []).toSorted((a, b) => states[a.state].order - states[b.state].order);
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-doctor">
      <div className="flex flex-wrap items-start gap-3">
        <div className="mr-auto flex min-w-0 max-w-2xl flex-col gap-0.5">
          <h2 id="platform-doctor" className="font-semibold text-lg">
            Doctor
          </h2>
          <p className="text-muted text-sm">
            Everything that davit needs, as the server sees it now. On the machine itself, also when no server runs:{' '}
            <code className="font-mono text-xs">davit admin doctor</code>.
          </p>
        </div>
        <Button busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
          Look again
        </Button>
      </div>
      {doctor.error !== null && doctor.data === undefined ? (
        <ListFailure error={doctor.error} onRetry={() => void doctor.refetch()} />
      ) : (
        <Table
          label="Findings"
          columns={columns}
          rows={findings}
          // Several domains may have the same fault.
          rowKey={({ check, title }) => `${check} ${title}`}
          loadingRows={doctor.isPending ? 6 : 0}
        />
      )}
    </section>
  );
}
