import { explainError } from '../../data/explain-error.ts';
import { type Session, useRevokeSession, useSessions } from '../../data/use-account.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../ui/table.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { deviceOf } from './device.ts';

/** Where the user is signed in, each with a way to end it. */
export function SessionsCard() {
  const sessions = useSessions();
  const revoke = useRevokeSession();
  const columns: readonly TableColumn<Session>[] = [
    {
      id: 'device',
      header: 'Device',
      cell: ({ userAgent, current }) => (
        <span className="flex min-w-0 flex-wrap items-center gap-2" title={userAgent}>
          <UserText text={deviceOf(userAgent)} className="break-words" />
          {current ? <Badge tone="success">This one</Badge> : null}
        </span>
      ),
    },
    { id: 'address', header: 'Address', cell: ({ address }) => <span className="font-mono text-xs">{address}</span> },
    { id: 'since', header: 'Signed in', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    { id: 'used', header: 'Last used', cell: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} /> },
    {
      id: 'end',
      header: 'End',
      hideHeader: true,
      align: 'end',
      cell: (session) =>
        session.current ? null : (
          <Button
            size="sm"
            variant="danger-outline"
            aria-label={`End the session on ${deviceOf(session.userAgent)}`}
            onClick={() => revoke.mutate(session.id)}
          >
            End
          </Button>
        ),
    },
  ];
  const failure = sessions.error === null ? undefined : explainError(sessions.error);
  return (
    <Card
      title="Sessions"
      description="Where you are signed in. One that you end is signed out at once, with its open terminals and streams."
    >
      {failure === undefined ? (
        <Table
          label="Sessions"
          columns={columns}
          rows={sessions.data ?? []}
          rowKey={({ id }) => id}
          loadingRows={sessions.isPending ? 2 : 0}
        />
      ) : (
        <FormError message={failure.title} hint={failure.hint} requestId={failure.requestId} />
      )}
    </Card>
  );
}
