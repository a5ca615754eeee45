import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { failureOf } from '../../../data/explain-error.ts';
import { notify } from '../../../data/notices.ts';
import { type Member, useRemoveMember } from '../../../data/use-members.ts';
import { useOrganizations } from '../../../data/use-organizations.ts';
import { forgetSession, useMe } from '../../../data/use-session.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** Asks for a member's address before they are taken out. */
export function RemoveMemberDialog({ member, onClose }: { member: Member | undefined; onClose: () => void }) {
  const remove = useRemoveMember();
  const close = (): void => {
    remove.reset();
    onClose();
  };
  if (member === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={
        <>
          Remove <UserText text={member.name} />?
        </>
      }
      name={member.email}
      losses={[
        'Their access to this organization, at once: open pages, terminals and streams are closed',
        'Their API tokens in it; programs that use them are refused',
      ]}
      note="What they made stays. Their account stays too, with its other organizations; they can be invited again."
      confirmLabel="Remove member"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() =>
        remove.mutate(member.userId, {
          onSuccess() {
            notify({ tone: 'success', title: 'Member removed' });
            close();
          },
        })
      }
    />
  );
}

/** Asks for the organization's name before one leaves it. */
export function LeaveDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { user, organization } = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = useRemoveMember();
  const organizations = useOrganizations({ enabled: open });
  const isOnlyOne = organizations.data?.length === 1;
  const close = (): void => {
    leave.reset();
    onClose();
  };
  if (!open) return null;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title="Leave the organization?"
      name={organization.name}
      losses={[
        'Your access to its projects, until somebody invites you again',
        'Your API tokens in it; programs that use them are refused',
        ...(isOnlyOne ? ['Your way to sign in: it is the only organization that you are a member of'] : []),
      ]}
      note="What you made stays. You are signed out, and can sign in to your other organizations."
      confirmLabel="Leave"
      busy={leave.isPending}
      failure={failureOf(leave.error)}
      onConfirm={() =>
        leave.mutate(user.id, {
          onSuccess() {
            forgetSession(client);
            void navigate({ to: '/sign-in' });
          },
        })
      }
    />
  );
}
