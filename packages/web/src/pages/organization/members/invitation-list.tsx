import { MailPlus } from 'lucide-react';
import { type Invitation, useInvitations, useRevokeInvitation } from '../../../data/use-invitations.ts';
import { useMembers } from '../../../data/use-members.ts';
import { hasRole, useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { ListFailure } from '../list-failure.tsx';
import { roleWords } from '../roles.ts';

/** The invitations that nobody has accepted yet, each with a way to take it back. */
export function InvitationList() {
  const own = useMe().organization.role;
  const members = useMembers();
  const invitations = useInvitations();
  const revoke = useRevokeInvitation();
  const nameOf = (userId: string | null): string =>
    members.data?.find((member) => member.userId === userId)?.name ?? 'A former member';
  const columns: readonly TableColumn<Invitation>[] = [
    {
      id: 'email',
      header: 'Invited',
      cell: ({ email }) => <UserText text={email} className="break-all font-medium" />,
    },
    { id: 'role', header: 'As', cell: ({ role }) => roleWords[role].title },
    { id: 'by', header: 'By', cell: ({ invitedBy }) => <UserText text={nameOf(invitedBy)} className="break-words" /> },
    { id: 'expires', header: 'Expires', cell: ({ expiresAt }) => <RelativeTime at={expiresAt} /> },
    {
      id: 'revoke',
      header: 'Revoke',
      hideHeader: true,
      align: 'end',
      // An admin cannot take an owner's invitation away.
      cell: ({ id, email, role }) =>
        hasRole(own, role) ? (
          <Button
            size="sm"
            variant="danger-outline"
            aria-label={`Revoke the invitation of ${visibleText(email)}`}
            onClick={() => revoke.mutate(id)}
          >
            Revoke
          </Button>
        ) : null,
    },
  ];
  return (
    <section aria-labelledby="invitations" className="flex flex-col gap-3">
      <h2 id="invitations" className="font-semibold text-lg">
        Invitations
      </h2>
      {invitations.error !== null && invitations.data === undefined ? (
        <ListFailure error={invitations.error} onRetry={() => void invitations.refetch()} />
      ) : (
        <Table
          label="Invitations"
          columns={columns}
          rows={invitations.data ?? []}
          rowKey={({ id }) => id}
          loadingRows={invitations.isPending ? 1 : 0}
          empty={
            <EmptyState icon={<MailPlus aria-hidden />} title="No open invitations" className="py-6">
              Invite somebody and hand them the link: it stands here until they join or it expires.
            </EmptyState>
          }
        />
      )}
    </section>
  );
}
