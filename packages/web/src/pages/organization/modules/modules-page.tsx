import { GitBranch, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { type Kind, useKinds } from '../../../data/use-kinds.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ProviderMark } from '../../../ui/provider-mark.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { ForgetModuleDialog } from './forget-module-dialog.tsx';
import { describeReference } from './module-reference.ts';

// The form comes when it is wanted.
const ModuleDialog = lazy(async () => ({ default: (await import('./module-dialog.tsx')).ModuleDialog }));

/** The modules of the organization's own: which kinds they make, and where they are. */
export function ModulesPage() {
  usePageTitle('Modules');
  const kinds = useKinds();
  const canChange = useCan('admin');
  // A kind is edited, `null` is a new one.
  const [edited, setEdited] = useState<Kind | null>();
  const [forgotten, setForgotten] = useState<Kind>();
  const rows = kinds.data?.filter(({ module }) => module !== null) ?? [];
  const add = canChange ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setEdited(null)}>
      New module
    </Button>
  ) : undefined;
  const isEmpty = kinds.data !== undefined && rows.length === 0;
  return (
    <>
      <PageHeading title="Modules" actions={isEmpty ? undefined : add}>
        Programs of your own that make a kind of cloud resource: each in a folder of a Git repository. A kind that davit
        has a module for can be made by yours, too.
      </PageHeading>
      {kinds.error !== null && kinds.data === undefined ? (
        <ListFailure error={kinds.error} onRetry={() => void kinds.refetch()} />
      ) : (
        <Table
          label="Modules"
          columns={columnsFor(canChange, { onEdit: setEdited, onForget: setForgotten })}
          rows={rows}
          rowKey={({ name }) => name}
          loadingRows={kinds.isPending ? 2 : 0}
          empty={
            <EmptyState icon={<GitBranch aria-hidden />} title="No modules of your own" action={add}>
              {canChange
                ? 'Every kind is made by the module that davit brings. Point one, or a kind of your own, at a repository.'
                : 'Every kind is made by the module that davit brings. An admin can point one at a repository.'}
            </EmptyState>
          }
        />
      )}
      {edited === undefined ? null : (
        <Suspense fallback={null}>
          <ModuleDialog kind={edited ?? undefined} onClose={() => setEdited(undefined)} />
        </Suspense>
      )}
      <ForgetModuleDialog kind={forgotten} onClose={() => setForgotten(undefined)} />
    </>
  );
}

interface RowActions {
  onEdit: (kind: Kind) => void;
  onForget: (kind: Kind) => void;
}

function columnsFor(canChange: boolean, { onEdit, onForget }: RowActions): readonly TableColumn<Kind>[] {
  return [
    {
      id: 'kind',
      header: 'Kind',
      cell: ({ name, provider }) => (
        <span className="inline-flex min-w-0 items-center gap-2 font-medium">
          <ProviderMark provider={provider} />
          <UserText text={name} className="min-w-0 break-all" />
        </span>
      ),
    },
    { id: 'module', header: 'Repository', cell: ({ module }) => <ModulePlace module={module} /> },
    { id: 'access', header: 'Access', cell: ({ hasSourceCredential }) => (hasSourceCredential ? 'Private' : 'Public') },
    {
      id: 'changed',
      header: 'Changed',
      cell: ({ updatedAt }) => (updatedAt === null ? null : <RelativeTime at={updatedAt} />),
    },
    ...(canChange
      ? [
          {
            id: 'actions',
            header: '',
            cell: (kind: Kind) => (
              <span className="flex justify-end gap-2">
                <Button size="sm" aria-label={`Edit the module of ${kind.name}`} onClick={() => onEdit(kind)}>
                  Edit…
                </Button>
                <Button size="sm" aria-label={`Forget the module of ${kind.name}`} onClick={() => onForget(kind)}>
                  Forget…
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
}

function ModulePlace({ module }: Pick<Kind, 'module'>) {
  if (module === null) return null;
  return (
    <span className="flex min-w-0 flex-col">
      <UserText text={module.url} className="break-all" />
      <span className="text-subtle text-xs">
        <UserText
          text={`${describeReference(module.reference)}${module.folder === '' ? '' : `, folder ${module.folder}`}`}
        />
      </span>
    </span>
  );
}
