import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useAuditLog } from '../../../data/use-audit-log.ts';
import { useMembers } from '../../../data/use-members.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { AuditTable } from '../audit/audit-table.tsx';

/** What was done with a credential, from the audit log. */
export function CredentialHistory({ credentialId }: { credentialId: string }) {
  const log = useAuditLog({ subject: credentialId });
  const navigate = useNavigate();
  const { data: members } = useMembers();
  const names = useMemo(() => new Map((members ?? []).map(({ userId, name }) => [userId, name])), [members]);
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <h2 className="text-base">History</h2>
      <AuditTable
        entries={log.data?.pages.flatMap(({ items }) => items) ?? []}
        names={names}
        isLoading={log.isPending}
        empty={null}
        onNarrow={(search) => void navigate({ to: '/organization/audit', search })}
      />
      <LoadMore
        hasMore={log.hasNextPage}
        busy={log.isFetchingNextPage}
        onLoadMore={() => void log.fetchNextPage()}
        noun="entries"
      />
    </section>
  );
}
