import { Search } from 'lucide-react';
import { useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { useKinds } from '../../../data/use-kinds.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { ProviderMark } from '../../../ui/provider-mark.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { groupKinds } from './group-kinds.ts';

/** All kinds of cloud resource, by provider; one is chosen. */
export function KindChooser({ onChoose }: { onChoose: (kind: string) => void }) {
  const kinds = useKinds();
  const [search, setSearch] = useState('');
  const groups = groupKinds(kinds.data ?? [], search);
  const failure = kinds.error === null || kinds.data !== undefined ? undefined : explainError(kinds.error);
  return (
    <div className="flex flex-col gap-5 px-4 pb-6 md:px-5">
      <Input
        type="search"
        aria-label="Search kinds"
        placeholder="Search kinds: bucket, postgres, aws…"
        leading={<Search aria-hidden />}
        value={search}
        autoFocus
        onChange={(event) => setSearch(event.target.value)}
      />
      <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
      {kinds.isPending ? <Skeleton className="h-60" /> : null}
      {kinds.data !== undefined && groups.length === 0 ? (
        <EmptyState icon={<Search aria-hidden />} title="No kind is called that">
          Try another word. Kinds of the organization’s own are added with the CLI.
        </EmptyState>
      ) : null}
      {groups.map(({ provider, title, kinds: own }) => (
        <section key={title} aria-label={title} className="flex flex-col gap-2">
          <h3 className="flex items-center gap-2 text-base">
            <ProviderMark provider={provider} />
            {title}
          </h3>
          <ul className="grid gap-2 sm:grid-cols-2">
            {own.map(({ name, summary, module }) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => onChoose(name)}
                  className="flex h-full w-full min-w-0 flex-col gap-0.5 rounded-lg border px-3 py-2 text-left transition-colors hover:border-muted hover:bg-hover"
                >
                  <UserText text={name} className="max-w-full break-all font-medium text-sm" />
                  <UserText
                    text={summary === '' && module !== null ? 'A module of the organization’s own.' : summary}
                    className="text-muted text-xs"
                  />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
