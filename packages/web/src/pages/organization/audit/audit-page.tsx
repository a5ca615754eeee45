import { useNavigate, useSearch } from '@tanstack/react-router';
import { ScrollText, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import { useApiTokens } from '../../../data/use-api-tokens.ts';
import { type AuditFilter, useAuditLog } from '../../../data/use-audit-log.ts';
import { useMembers } from '../../../data/use-members.ts';
import { useCan, useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { ForbiddenPage, usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';

/** Who did what in the organization; what is looked for stands in the address. */
export function AuditPage() {
  return useCan('admin') ? <AuditLog /> : <ForbiddenPage />;
}

function AuditLog() {
  usePageTitle('Audit log');
  const filter = useSearch({ from: '/shell/organization/audit' });
  const navigate = useNavigate();
  const log = useAuditLog(filter);
  const { data: members } = useMembers();
  const { data: tokens } = useApiTokens();
  const names = useMemo(
    () =>
      new Map([
        ...(members ?? []).map(({ userId, name }) => [userId, name] as const),
        ...(tokens ?? []).map(({ id, name }) => [id, `Token ${name}`] as const),
      ]),
    [members, tokens],
  );
  const show = (search: AuditFilter): void => void navigate({ to: '/organization/audit', search });
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  const { isOperator } = useMe();
  return (
    <>
      <PageHeading title="Audit log">
        Who did what in this organization, from where, and what was refused; newest first.
      </PageHeading>
      <AuditFilters
        key={JSON.stringify(filter)}
        filter={filter}
        actors={names}
        isOperator={isOperator}
        onFilter={show}
      />
      {log.error !== null && log.data === undefined ? (
        <ListFailure error={log.error} onRetry={() => void log.refetch()} />
      ) : (
        <div aria-busy={log.isPlaceholderData} className={log.isPlaceholderData ? 'opacity-60' : undefined}>
          <AuditTable
            entries={entries}
            names={names}
            isLoading={log.isPending}
            onNarrow={(narrower) => show({ ...filter, ...narrower })}
            empty={
              isFiltered ? (
                <EmptyState
                  icon={<SearchX aria-hidden />}
                  title="Nothing fits"
                  action={<Button onClick={() => show({})}>Show all</Button>}
                >
                  An action is its whole name, or a beginning that ends with a dot: “member.”
                </EmptyState>
              ) : (
                <EmptyState icon={<ScrollText aria-hidden />} title="Nothing happened yet">
                  What members and programs change is noted here.
                </EmptyState>
              )
            }
          />
          <LoadMore
            hasMore={log.hasNextPage}
            busy={log.isFetchingNextPage}
            onLoadMore={() => void log.fetchNextPage()}
            noun="entries"
          />
        </div>
      )}
    </>
  );
}
