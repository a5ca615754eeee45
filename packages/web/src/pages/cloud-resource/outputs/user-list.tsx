import { Link } from '@tanstack/react-router';
import { type CloudResourceUser, useCloudResourceUsers } from '../../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { useServiceAction } from '../../../data/use-services.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** The services that take outputs of a resource; those that were deployed with others can be deployed anew from here. */
export function UserList({ resource, canChange }: { resource: CloudResourceOverview; canChange: boolean }) {
  const users = useCloudResourceUsers(resource.id);
  const waiting = (users.data ?? []).filter(({ hasUndeployedChanges }) => hasUndeployedChanges);
  return (
    <section aria-label="Used by" className="flex flex-col gap-2">
      <h3 className="text-base">Used by</h3>
      {users.data === undefined ? <Skeleton className="h-10" /> : null}
      {users.data?.length === 0 ? (
        <p className="text-muted text-sm">No service’s variables refer to it. Paste a reference from above into one.</p>
      ) : null}
      <ul className="flex flex-col gap-2">
        {(users.data ?? []).map((user) => (
          <UserItem key={user.id} user={user} canChange={canChange} refetch={users.refetch} />
        ))}
      </ul>
      {waiting.length === 0 ? null : (
        <p className="text-muted text-xs">
          What needs a deployment runs with the values of its last one until it is deployed.
        </p>
      )}
    </section>
  );
}

interface UserItemProps {
  user: CloudResourceUser;
  canChange: boolean;
  refetch: () => Promise<unknown>;
}

function UserItem({ user, canChange, refetch }: UserItemProps) {
  const { id, name, projectId, environmentId, variables, hasUndeployedChanges } = user;
  const deploy = useServiceAction(projectId, 'deploy');
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border px-3 py-2">
      <span className="flex min-w-0 flex-1 basis-40 flex-col">
        <Link
          to="/projects/$projectId"
          params={{ projectId }}
          search={{ environment: environmentId, service: id, tab: 'variables' }}
          className="self-start font-medium text-sm hover:underline"
        >
          <UserText text={name} />
        </Link>
        <UserText text={variables.join(', ')} className="truncate font-mono text-muted text-xs" />
      </span>
      {hasUndeployedChanges ? <Badge tone="warning">Needs a deployment</Badge> : null}
      {canChange && hasUndeployedChanges ? (
        <Button
          size="sm"
          aria-label={`Deploy ${name}`}
          busy={deploy.isPending}
          onClick={() => deploy.mutate(id, { onSettled: () => void refetch() })}
        >
          Deploy
        </Button>
      ) : null}
    </li>
  );
}
