import { Link } from '@tanstack/react-router';
import type { Credential } from '../../../data/use-credentials.ts';
import { useMembers } from '../../../data/use-members.ts';
import { useStackUpdates } from '../../../data/use-stack-updates.ts';
import { Card } from '../../../ui/card.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { StackUpdatesTable } from '../../stack-update/index.ts';

const shownUpdates = 10;

/** The cloud resources that hold a credential back, and the updates that were given it. */
export function CredentialUsers({ credential }: { credential: Credential }) {
  const { id, usedBy, usedByCount } = credential;
  const updates = useStackUpdates({ credentialId: id });
  const { data: members } = useMembers();
  const items = updates.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Card title="Used by" description="Cloud resources that were last worked on with it.">
        {usedByCount === 0 ? (
          <p className="text-muted text-sm">Nothing. It can be deleted.</p>
        ) : (
          <ul aria-label="Used by" className="flex flex-col gap-1.5 text-sm">
            {usedBy.map(({ cloudResourceId, name, at }) => (
              <li key={cloudResourceId} className="flex flex-wrap items-baseline gap-x-3">
                <Link
                  to="/organization/stack-updates"
                  search={{ resource: cloudResourceId }}
                  className="min-w-0 break-words rounded-sm font-medium hover:underline"
                >
                  <UserText text={name} />
                </Link>
                <RelativeTime at={at} className="text-muted" />
              </li>
            ))}
            {usedByCount > usedBy.length ? (
              <li className="text-muted">and {usedByCount - usedBy.length} more</li>
            ) : null}
          </ul>
        )}
      </Card>
      {items.length === 0 ? null : (
        <section className="flex min-w-0 flex-col gap-3">
          <div className="flex flex-wrap items-baseline justify-between gap-2">
            <h2 className="text-base">Updates with it</h2>
            <Link
              to="/organization/stack-updates"
              search={{ credential: id }}
              className="rounded-sm text-accent-text text-sm hover:underline"
            >
              All of them
            </Link>
          </div>
          <StackUpdatesTable
            updates={items.slice(0, shownUpdates)}
            members={members ?? []}
            isLoading={false}
            empty={null}
          />
        </section>
      )}
    </>
  );
}
