import { Link } from '@tanstack/react-router';
import { useMembers } from '../../data/use-members.ts';
import type { Run } from '../../data/use-run-output.ts';
import { isUnderWay, type StackUpdate } from '../../data/use-stack-updates.ts';
import { Badge } from '../../ui/badge.tsx';
import { Duration } from '../../ui/duration.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { StackUpdateActions, type StackUpdateActionsProps } from './stack-update-actions.tsx';
import { operationText, shownStatus } from './update-words.ts';

export interface StackUpdateHeaderProps extends Omit<StackUpdateActionsProps, 'isCanceling'> {
  run: Run | undefined;
}

/** What is done to which resource, how it is, who asked for it, and with which credential. */
export function StackUpdateHeader({ update, run, ...actions }: StackUpdateHeaderProps) {
  const { resource, operation, stackFqdn, createdAt, startedAt, finishedAt, retryOf } = update;
  const isCanceling = isUnderWay(update) && run?.cancelRequestedAt !== null && run !== undefined;
  return (
    <header className="flex shrink-0 flex-col gap-2 px-4 py-3 md:px-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="min-w-0 break-words font-semibold text-lg">
          <span className="font-normal text-muted">{resource.kind}</span> <UserText text={resource.name} />
        </h2>
        <Badge size="md">{operationText(operation)}</Badge>
        <span role="status" className="flex">
          <StatusBadge status={isCanceling ? 'canceling' : shownStatus(update)} />
        </span>
        <StackUpdateActions update={update} isCanceling={isCanceling} {...actions} />
      </div>
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-1 text-muted text-sm">
        <Asker createdBy={update.createdBy} approval={update.approval} />
        <RelativeTime at={createdAt} />
        {startedAt === null ? null : (
          <span>
            {finishedAt === null ? 'for ' : 'took '}
            <Duration from={startedAt} to={finishedAt} />
          </span>
        )}
        {retryOf === null ? null : (
          <Link to="/stack-updates/$stackUpdateId" params={{ stackUpdateId: retryOf }} className="underline">
            tries another one again
          </Link>
        )}
        <UserText text={stackFqdn} className="min-w-0 break-all font-mono text-subtle text-xs" />
      </p>
      <ChosenCredential credential={update.credential} />
    </header>
  );
}

function MemberName({ userId }: { userId: string }) {
  const { data: members } = useMembers();
  const name = members?.find((member) => member.userId === userId)?.name;
  return name === undefined ? 'a former member' : <UserText text={name} className="text-fg" />;
}

/** Who asked for it, and who decided that it is done. */
function Asker({ createdBy, approval }: Pick<StackUpdate, 'createdBy' | 'approval'>) {
  const decidedBy = approval?.decidedBy ?? null;
  return (
    <>
      <span>asked for by {createdBy === null ? 'davit' : <MemberName userId={createdBy} />}</span>
      {decidedBy === null ? null : (
        <span>
          {approval?.state} by <MemberName userId={decidedBy} />
        </span>
      )}
    </>
  );
}

function ChosenCredential({ credential }: Pick<StackUpdate, 'credential'>) {
  if (credential === null) return null;
  return (
    <p className="min-w-0 break-words text-muted text-sm">
      Credential{' '}
      <Link
        to="/organization/credentials/$credentialId"
        params={{ credentialId: credential.id }}
        className="font-medium text-accent-text underline-offset-3 hover:underline"
      >
        <UserText text={credential.name} />
      </Link>
      : <UserText text={credential.reason} />
    </p>
  );
}
