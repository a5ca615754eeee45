import { useNavigate, useSearch } from '@tanstack/react-router';
import { History, SearchX } from 'lucide-react';
import { useMembers } from '../../../data/use-members.ts';
import { useStackUpdates } from '../../../data/use-stack-updates.ts';
import { type StackUpdatesSearch, stackUpdateStatuses } from '../../../route-search.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Field } from '../../../ui/field.tsx';
import { LoadMore } from '../../../ui/load-more.tsx';
import { Select } from '../../../ui/select.tsx';
import { statusLook } from '../../../ui/status.ts';
import { usePageTitle } from '../../shell/index.ts';
import { StackUpdatesTable } from '../../stack-update/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';

const ANY = 'any';

/** All stack updates of the organization; which of them stands in the address. */
export function StackUpdatesPage() {
  usePageTitle('Stack updates');
  const search = useSearch({ from: '/shell/organization/stack-updates' });
  const navigate = useNavigate();
  const { status, resource, credential } = search;
  const updates = useStackUpdates({
    ...(status === undefined ? {} : { status }),
    ...(resource === undefined ? {} : { cloudResourceId: resource }),
    ...(credential === undefined ? {} : { credentialId: credential }),
  });
  const { data: members } = useMembers();
  const show = (next: StackUpdatesSearch): void => void navigate({ to: '/organization/stack-updates', search: next });
  const chooseStatus = (next: (typeof stackUpdateStatuses)[number] | typeof ANY): void => {
    const { status: _before, ...rest } = search;
    show(next === ANY ? rest : { ...rest, status: next });
  };
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      <PageHeading title="Stack updates">
        What was done to cloud resources, by whom and with what end; newest first.
      </PageHeading>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Status" className="w-48">
          <Select
            value={status ?? ANY}
            onValueChange={chooseStatus}
            options={[
              { value: ANY, label: 'Any' },
              ...stackUpdateStatuses.map((value) => ({ value, label: statusLook(value).label })),
            ]}
          />
        </Field>
        {resource !== undefined || credential !== undefined ? (
          <Button onClick={() => show(status === undefined ? {} : { status })}>
            {resource === undefined ? 'Of every credential' : 'Of every resource'}
          </Button>
        ) : null}
      </div>
      {updates.error !== null && updates.data === undefined ? (
        <ListFailure error={updates.error} onRetry={() => void updates.refetch()} />
      ) : (
        <div>
          <StackUpdatesTable
            updates={updates.data?.pages.flatMap(({ items }) => items) ?? []}
            members={members ?? []}
            isLoading={updates.isPending}
            empty={
              isFiltered ? (
                <EmptyState
                  icon={<SearchX aria-hidden />}
                  title="Nothing fits"
                  action={<Button onClick={() => show({})}>Show all</Button>}
                />
              ) : (
                <EmptyState icon={<History aria-hidden />} title="No stack updates yet">
                  Deploy a cloud resource, on a project's canvas or with <code>davit deploy --manifest FILE</code>: what
                  is done to it is kept here.
                </EmptyState>
              )
            }
          />
          <LoadMore
            hasMore={updates.hasNextPage}
            busy={updates.isFetchingNextPage}
            onLoadMore={() => void updates.fetchNextPage()}
            noun="updates"
          />
        </div>
      )}
    </>
  );
}
