import { useMembers } from '../../../data/use-members.ts';
import { useMe } from '../../../data/use-session.ts';
import { UserText } from '../../../ui/user-text.tsx';

/** Who has changed something. */
export function Author({ userId }: { userId: string | null }) {
  const me = useMe();
  const members = useMembers();
  if (userId === me.user.id) return <>you</>;
  const name = members.data?.find((member) => member.userId === userId)?.name;
  if (name !== undefined) return <UserText text={name} />;
  return <>{members.isPending ? '…' : 'somebody who has left'}</>;
}
