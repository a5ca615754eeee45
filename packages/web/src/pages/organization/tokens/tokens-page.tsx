import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { type ApiToken, useApiTokens } from '../../../data/use-api-tokens.ts';
import { useMembers } from '../../../data/use-members.ts';
import { useCan, useMe } from '../../../data/use-session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { RevokeTokenDialog } from './revoke-token-dialog.tsx';
import { scopes } from './token-choices.ts';

/** The API tokens that work: one's own, or for an admin those of everybody. */
export function TokensPage() {
  usePageTitle('API tokens');
  const me = useMe();
  const isAdmin = useCan('admin');
  const tokens = useApiTokens();
  const members = useMembers();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken>();
  const nameOf = (userId: string): string =>
    userId === me.user.id ? 'You' : (members.data?.find((member) => member.userId === userId)?.name ?? userId);
  const columns: readonly TableColumn<ApiToken>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => <UserText text={name} className="break-words font-medium" /> },
    { id: 'scope', header: 'Scope', cell: ({ scope }) => <Badge>{scopes[scope].title}</Badge> },
    ...(isAdmin
      ? [
          {
            id: 'owner',
            header: 'Acts as',
            cell: ({ userId }: ApiToken) => <UserText text={nameOf(userId)} className="break-words" />,
          },
        ]
      : []),
    { id: 'created', header: 'Made', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      id: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="text-subtle">Never</span> : <RelativeTime at={lastUsedAt} />,
    },
    {
      id: 'expires',
      header: 'Expires',
      cell: ({ expiresAt }) =>
        expiresAt === null ? <span className="text-subtle">Never</span> : <RelativeTime at={expiresAt} />,
    },
    {
      id: 'revoke',
      header: 'Revoke',
      hideHeader: true,
      align: 'end',
      cell: (token) => (
        <Button
          size="sm"
          variant="danger-outline"
          aria-label={`Revoke ${visibleText(token.name)}`}
          onClick={() => setRevoking(token)}
        >
          Revoke
        </Button>
      ),
    },
  ];
  const make = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
      New token
    </Button>
  );
  const isEmpty = tokens.data?.length === 0;
  return (
    <>
      <PageHeading title="API tokens" actions={isEmpty ? undefined : make}>
        For programs: CI, scripts, the CLI on a server. A token acts as the member who made it, in this organization
        only.
      </PageHeading>
      {tokens.error !== null && tokens.data === undefined ? (
        <ListFailure error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : (
        <Table
          label="API tokens"
          columns={columns}
          rows={tokens.data ?? []}
          rowKey={({ id }) => id}
          loadingRows={tokens.isPending ? 2 : 0}
          empty={
            <EmptyState icon={<KeyRound aria-hidden />} title="No API tokens" action={make}>
              Make one to let a program speak to davit's API. Give it the smallest scope that does.
            </EmptyState>
          }
        />
      )}
      <NewTokenDialog open={creating} onOpenChange={setCreating} />
      <RevokeTokenDialog token={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}
