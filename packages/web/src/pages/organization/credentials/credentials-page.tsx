import { Link } from '@tanstack/react-router';
import { Plus, Vault } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { type Credential, useCredentials } from '../../../data/use-credentials.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { PageHeading } from '../page-heading.tsx';
import { ExpiryText } from './expiry-text.tsx';
import { LabelList } from './label-list.tsx';
import { providerTitle } from './provider-form.ts';
import { useEnvironmentNames } from './use-environment-names.ts';

// Forms come when they are wanted.
const NewCredentialDialog = lazy(async () => ({
  default: (await import('./new-credential-dialog.tsx')).NewCredentialDialog,
}));

/** The credentials of the organization: what updates of cloud resources sign in to providers with. */
export function CredentialsPage() {
  usePageTitle('Credentials');
  const credentials = useCredentials();
  const canChange = useCan('admin');
  const [creating, setCreating] = useState(false);
  const make = canChange ? (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
      New credential
    </Button>
  ) : undefined;
  const isEmpty = credentials.data?.length === 0;
  return (
    <>
      <PageHeading title="Credentials" actions={isEmpty ? undefined : make}>
        What davit signs in to providers with when it works on cloud resources. Secrets are stored encrypted, and shown
        to nobody.
      </PageHeading>
      {credentials.error !== null && credentials.data === undefined ? (
        <ListFailure error={credentials.error} onRetry={() => void credentials.refetch()} />
      ) : (
        <CredentialTable
          credentials={credentials.data ?? []}
          isLoading={credentials.isPending}
          empty={
            <EmptyState icon={<Vault aria-hidden />} title="No credentials" action={make}>
              {canChange
                ? 'Store one, and every manifest of its provider can be deployed with it.'
                : 'An admin stores them: then manifests of their providers can be deployed.'}
            </EmptyState>
          }
        />
      )}
      {creating ? (
        <Suspense>
          <NewCredentialDialog open onOpenChange={setCreating} />
        </Suspense>
      ) : null}
    </>
  );
}

interface CredentialTableProps {
  credentials: readonly Credential[];
  isLoading: boolean;
  empty: React.ReactNode;
}

function CredentialTable({ credentials, isLoading, empty }: CredentialTableProps) {
  const environments = useEnvironmentNames();
  const columns: readonly TableColumn<Credential>[] = [
    {
      id: 'name',
      header: 'Name',
      cell: ({ id, name, provider }) => (
        <Link
          to="/organization/credentials/$credentialId"
          params={{ credentialId: id }}
          className="flex min-w-0 flex-col rounded-sm hover:underline"
        >
          <UserText text={name} className="break-words font-medium" />
          <span className="text-subtle text-xs">{providerTitle(provider)}</span>
        </Link>
      ),
    },
    {
      id: 'environment',
      header: 'Environment',
      cell: ({ environmentId }) =>
        environmentId === null ? (
          <span className="text-subtle">Every</span>
        ) : (
          <UserText text={environments.get(environmentId) ?? environmentId} className="break-words" />
        ),
    },
    { id: 'labels', header: 'Labels', cell: ({ labels }) => <LabelList labels={labels} /> },
    { id: 'expires', header: 'Expires', cell: (credential) => <ExpiryText credential={credential} /> },
    {
      id: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="text-subtle">Never</span> : <RelativeTime at={lastUsedAt} />,
    },
    {
      id: 'users',
      header: 'Used by',
      cell: ({ usedByCount }) =>
        usedByCount === 0 ? (
          <span className="text-subtle">Nothing</span>
        ) : (
          `${usedByCount} ${usedByCount === 1 ? 'resource' : 'resources'}`
        ),
    },
  ];
  return (
    <Table
      label="Credentials"
      columns={columns}
      rows={credentials}
      rowKey={({ id }) => id}
      loadingRows={isLoading ? 3 : 0}
      empty={empty}
    />
  );
}
