import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type Credential, useCredential } from '../../../data/use-credentials.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { usePageTitle } from '../../shell/index.ts';
import { ListFailure } from '../list-failure.tsx';
import { CredentialActions } from './credential-actions.tsx';
import { CredentialHistory } from './credential-history.tsx';
import { CredentialNotes } from './credential-notes.tsx';
import { CredentialUsers } from './credential-users.tsx';
import { ExpiryText } from './expiry-text.tsx';
import { LabelList } from './label-list.tsx';
import { fieldsOf, providerTitle } from './provider-form.ts';
import { RegistryTestCard } from './registry-test-card.tsx';
import { useEnvironmentNames } from './use-environment-names.ts';

/** One credential: what is known of it, who uses it, and what can be done with it. */
export function CredentialPage() {
  const { credentialId } = useParams({ from: '/shell/organization/credentials/$credentialId' });
  const credential = useCredential(credentialId);
  usePageTitle(credential.data?.name, 'Credentials');
  if (credential.data !== undefined) return <CredentialDetails key={credentialId} credential={credential.data} />;
  return credential.error === null ? (
    <Skeleton className="h-64" />
  ) : (
    <ListFailure error={credential.error} onRetry={() => void credential.refetch()} />
  );
}

function CredentialDetails({ credential }: { credential: Credential }) {
  const isAdmin = useCan('admin');
  const canUse = useCan('developer');
  return (
    <>
      <div className="flex flex-col items-start gap-2">
        <Button asChild size="sm" variant="ghost" className="-ml-2">
          <Link to="/organization/credentials">
            <ArrowLeft aria-hidden />
            All credentials
          </Link>
        </Button>
        <header className="flex w-full flex-wrap items-start gap-x-4 gap-y-3">
          <div className="mr-auto flex min-w-0 flex-col gap-0.5">
            <h1 className="break-words font-semibold text-2xl">
              <UserText text={credential.name} />
            </h1>
            <p className="text-muted text-sm">{providerTitle(credential.provider)}</p>
          </div>
          <CredentialActions credential={credential} />
        </header>
      </div>
      <CredentialNotes credential={credential} />
      <CredentialFacts credential={credential} />
      {credential.provider === 'docker_registry' && canUse ? <RegistryTestCard credentialId={credential.id} /> : null}
      <CredentialUsers credential={credential} />
      {isAdmin ? <CredentialHistory credentialId={credential.id} /> : null}
    </>
  );
}

function CredentialFacts({ credential }: { credential: Credential }) {
  const environments = useEnvironmentNames();
  const { provider, fields, secretFields, environmentId, endpoint, version, createdAt, updatedAt } = credential;
  const labelOf = (name: string): string => fieldsOf(provider).find((field) => field.name === name)?.label ?? name;
  return (
    <Card title="What is stored">
      <KeyValueList
        items={[
          ...Object.entries(fields).map(([name, value]) => ({
            label: labelOf(name),
            value: <UserText text={value} className="break-all font-mono text-xs" />,
          })),
          ...secretFields.map((name) => ({
            label: labelOf(name),
            value: <span className="text-subtle">stored, shown to nobody</span>,
          })),
          { label: 'Version', value: version },
          {
            label: 'Environment',
            value:
              environmentId === null ? 'Every' : <UserText text={environments.get(environmentId) ?? environmentId} />,
          },
          { label: 'Labels', value: <LabelList labels={credential.labels} /> },
          { label: 'Expires', value: <ExpiryText credential={credential} /> },
          ...(endpoint === null
            ? []
            : [{ label: 'Validated at', value: <UserText text={endpoint} className="break-all font-mono text-xs" /> }]),
          { label: 'Stored', value: <RelativeTime at={createdAt} /> },
          { label: 'Changed', value: <RelativeTime at={updatedAt} /> },
        ]}
      />
    </Card>
  );
}
