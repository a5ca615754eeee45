import { Globe } from 'lucide-react';
import { useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { type Domain, useDomains, useRemoveDomain } from '../../../data/use-domains.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Card } from '../../../ui/card.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import type { ServiceTabProps } from '../service-tab.ts';
import { AddDomainForm } from './add-domain-form.tsx';
import { DomainCard } from './domain-card.tsx';

/** Domains of one's own that lead to the service: what DNS must say, what it says, and the certificates. */
export function DomainsTab({ service, canChange }: ServiceTabProps) {
  const { data: domains } = useDomains(service.id);
  const [leaving, setLeaving] = useState<Domain>();
  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-5">
      {canChange ? (
        <Card
          title="Add a domain"
          description="davit says which DNS record to make, looks for it by itself, and serves the domain once it is there."
        >
          <AddDomainForm serviceId={service.id} domains={domains ?? []} />
        </Card>
      ) : (
        <Alert>You can look at the domains. The role developer may change them.</Alert>
      )}
      {domains === undefined ? <Skeleton className="h-40" /> : null}
      {domains?.length === 0 ? (
        <EmptyState icon={<Globe />} title="No domain of your own yet">
          The service is reached at its address below the domain of this installation.
        </EmptyState>
      ) : null}
      {domains?.map((domain) => (
        <DomainCard
          key={domain.id}
          domain={domain}
          others={domains.filter(({ id }) => id !== domain.id)}
          canChange={canChange}
          onRemove={() => setLeaving(domain)}
        />
      ))}
      <RemoveDomain serviceId={service.id} domain={leaving} onClose={() => setLeaving(undefined)} />
    </div>
  );
}

function RemoveDomain(props: { serviceId: string; domain: Domain | undefined; onClose: () => void }) {
  const { serviceId, domain, onClose } = props;
  const remove = useRemoveDomain(serviceId);
  if (domain === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Remove ${domain.host}?`}
      name={domain.host}
      losses={[
        domain.isServed
          ? 'Who opens the domain finds nothing any more'
          : 'Its place here: davit looks for its DNS records no more',
      ]}
      note="It can be added again; its DNS records stay as they are."
      confirmLabel="Remove domain"
      busy={remove.isPending}
      failure={failureOf(remove.error)}
      onConfirm={() => remove.mutate(domain.id, { onSuccess: onClose })}
    />
  );
}
