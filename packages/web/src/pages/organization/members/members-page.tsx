import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { type Member, useMembers } from '../../../data/use-members.ts';
import { hasRole, useCan, useMe } from '../../../data/use-session.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberRole } from './member-role.tsx';
import { LeaveDialog, RemoveMemberDialog } from './remove-member-dialog.tsx';

/** Who belongs to the organization, in which role, and who is invited. */
export function MembersPage() {
  usePageTitle('Members');
  const me = useMe();
  const isAdmin = useCan('admin');
  const members = useMembers();
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Member>();
  const [leaving, setLeaving] = useState(false);

  const owners = members.data?.filter(({ role }) => role === 'owner').length ?? 0;
  const isLastOwner = ({ role }: Member): boolean => role === 'owner' && owners === 1;
  const end = (member: Member) => {
    if (isLastOwner(member)) return null;
    if (member.userId === me.user.id) {
      return (
        <Button size="sm" variant="danger-outline" onClick={() => setLeaving(true)}>
          Leave
        </Button>
      );
    }
    if (!isAdmin || !hasRole(me.organization.role, member.role)) return null;
    return (
      <Button
        size="sm"
        variant="danger-outline"
        aria-label={`Remove ${visibleText(member.name)}`}
        onClick={() => setRemoving(member)}
      >
        Remove
      </Button>
    );
  };
  const columns: readonly TableColumn<Member>[] = [
    {
      id: 'member',
      header: 'Member',
      cell: (member) => <MemberName member={member} isMe={member.userId === me.user.id} />,
    },
    {
      id: 'role',
      header: 'Role',
      cell: (member) => <MemberRole member={member} isLastOwner={isLastOwner(member)} />,
    },
    { id: 'joined', header: 'Joined', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    { id: 'end', header: 'Remove', hideHeader: true, align: 'end', cell: end },
  ];
  return (
    <>
      <PageHeading
        title="Members"
        actions={
          isAdmin ? (
            <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setInviting(true)}>
              Invite
            </Button>
          ) : undefined
        }
      >
        Who belongs to this organization, and what each may do in it.
      </PageHeading>
      {members.error !== null && members.data === undefined ? (
        <ListFailure error={members.error} onRetry={() => void members.refetch()} />
      ) : (
        <Table
          label="Members"
          columns={columns}
          rows={members.data ?? []}
          rowKey={({ userId }) => userId}
          loadingRows={members.isPending ? 3 : 0}
        />
      )}
      {isAdmin ? (
        <>
          <InvitationList />
          <InviteDialog open={inviting} onOpenChange={setInviting} />
        </>
      ) : null}
      <RemoveMemberDialog member={removing} onClose={() => setRemoving(undefined)} />
      <LeaveDialog open={leaving} onClose={() => setLeaving(false)} />
    </>
  );
}

function MemberName({ member, isMe }: { member: Member; isMe: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Avatar name={member.name} className="hidden @xl:inline-flex" />
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 flex-wrap items-center justify-end gap-x-2 @xl:justify-start">
          <UserText text={member.name} className="min-w-0 break-words font-medium" />
          {isMe ? <Badge tone="accent">You</Badge> : null}
        </span>
        <UserText text={member.email} className="min-w-0 break-all text-muted text-xs" />
      </span>
    </span>
  );
}
