import { RefreshCw, Trash2 } from 'lucide-react';
import { type Domain, useUpdateDomain, useVerifyDomain } from '../../../data/use-domains.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { Field } from '../../../ui/field.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Select } from '../../../ui/select.tsx';
import { Switch } from '../../../ui/switch.tsx';
import { DnsRecords } from './dns-records.tsx';
import { certificateLooks, stateLooks } from './domain-words.ts';
import { redirectChoices, SERVES } from './redirect-choices.ts';

export interface DomainCardProps {
  domain: Domain;
  others: readonly Domain[];
  canChange: boolean;
  onRemove: () => void;
}

/** One domain: how it stands, what to change, and what it does. */
export function DomainCard({ domain, others, canChange, onRemove }: DomainCardProps) {
  const { host, state, certificate, isServed, advice } = domain;
  const verify = useVerifyDomain(domain.serviceId);
  const needsRecords = state !== 'active';
  const hasCertificateTrouble = !['valid', 'pending', 'unavailable'].includes(certificate.state);
  return (
    <Card
      aria-label={host}
      title={isServed ? <ExternalLink href={domain.url}>{host}</ExternalLink> : host}
      description={<Seen domain={domain} />}
      actions={
        canChange ? (
          <>
            <Button
              size="sm"
              icon={<RefreshCw />}
              busy={verify.isPending || state === 'verifying'}
              onClick={() => verify.mutate(domain.id)}
            >
              Check now
            </Button>
            <IconButton size="sm" label={`Remove ${host}`} icon={<Trash2 />} onClick={onRemove} />
          </>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap gap-2">
          <Badge tone={stateLooks[state].tone}>{stateLooks[state].label}</Badge>
          <Badge tone={certificateLooks[certificate.state].tone}>{certificateLooks[certificate.state].label}</Badge>
          {certificate.expiresAt === null ? null : (
            <span className="text-muted text-sm">
              from {certificate.issuer}, ends <RelativeTime at={certificate.expiresAt} />
            </span>
          )}
        </div>
        {needsRecords ? <DnsRecords records={domain.records} /> : null}
        {advice === null ? null : <Alert tone={isServed && state === 'active' ? 'info' : 'warning'}>{advice}</Alert>}
        {certificate.detail === null ? null : (
          <Alert tone={hasCertificateTrouble ? 'danger' : 'info'}>{certificate.detail}</Alert>
        )}
        <Behaviour domain={domain} others={others} canChange={canChange} />
      </div>
    </Card>
  );
}

function Seen({ domain: { seen, checkedAt } }: { domain: Domain }) {
  if (seen === null || checkedAt === null) return 'Not looked at yet.';
  return (
    <>
      {seen} Checked <RelativeTime at={checkedAt} />.
    </>
  );
}

function Behaviour({ domain, others, canChange }: Omit<DomainCardProps, 'onRemove'>) {
  const update = useUpdateDomain(domain.serviceId);
  const choices = redirectChoices(others);
  // Others lead here: then it must serve.
  const isTarget = others.some(({ redirectTo }) => redirectTo === domain.host);
  return (
    <div className="grid items-end gap-4 sm:grid-cols-2">
      {choices.length > 1 && !isTarget ? (
        <Field label="What it does">
          <Select
            value={domain.redirectTo ?? SERVES}
            disabled={!canChange || update.isPending}
            onValueChange={(value) => update.mutate({ id: domain.id, redirectTo: value === SERVES ? null : value })}
            options={choices}
          />
        </Field>
      ) : null}
      {domain.certificate.state === 'unavailable' ? null : (
        <Switch
          label="Always https"
          hint="Sends requests without TLS on, once there is a certificate."
          checked={domain.forceHttps}
          disabled={!canChange || update.isPending}
          onCheckedChange={(forceHttps) => update.mutate({ id: domain.id, forceHttps })}
        />
      )}
    </div>
  );
}
