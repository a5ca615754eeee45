import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useStackUpdate } from '../../data/use-stack-updates.ts';
import type { LineAddress } from '../../line-address.ts';
import { UserText } from '../../ui/user-text.tsx';
import { TopBarSlot, usePageTitle } from '../shell/index.ts';
import { StackUpdateView } from './stack-update-view.tsx';
import { operationText } from './update-words.ts';

/** A stack update on a page of its own; the line that is looked at stands in the address. */
export function StackUpdatePage() {
  const { stackUpdateId } = useParams({ from: '/shell/stack-updates/$stackUpdateId' });
  const { line } = useSearch({ from: '/shell/stack-updates/$stackUpdateId' });
  const navigate = useNavigate({ from: '/stack-updates/$stackUpdateId' });
  const { data: update } = useStackUpdate(stackUpdateId);
  usePageTitle(update?.resource.name, update === undefined ? undefined : operationText(update.operation));
  const onLine = useCallback(
    (next: LineAddress) => void navigate({ search: { line: next }, replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <>
      <TopBarSlot>
        <Link to="/organization/stack-updates" className="truncate rounded-sm px-1 text-muted text-sm hover:text-fg">
          Stack updates
        </Link>
        {update === undefined ? null : (
          <UserText text={update.resource.name} className="hidden truncate font-medium text-sm sm:inline" />
        )}
      </TopBarSlot>
      {/* The panes scroll, the page does not: a log needs to know how high it is. */}
      <div className="flex h-[calc(100dvh-3rem)] min-h-128 min-w-0 flex-col">
        <h1 className="sr-only">Stack update</h1>
        <StackUpdateView stackUpdateId={stackUpdateId} line={line} onLine={onLine} />
      </div>
    </>
  );
}
