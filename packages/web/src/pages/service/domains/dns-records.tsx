import type { Domain } from '../../../data/use-domains.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';

/** The records to make, to be copied to where the DNS of the domain is kept. */
export function DnsRecords({ records }: { records: Domain['records'] }) {
  return (
    <section aria-label="DNS records to make" className="flex flex-col gap-2">
      <h4 className="font-medium text-sm">Make these DNS records</h4>
      <ul className="flex flex-col gap-2">
        {records.map(({ type, name, value }) => (
          <li
            key={`${type} ${name}`}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border bg-sunken px-3 py-2"
          >
            <span className="font-medium text-sm">{type}</span>
            <code className="min-w-0 break-all text-sm">{name}</code>
            <span aria-hidden className="text-muted">
              →
            </span>
            <code className="min-w-0 flex-1 break-all text-sm">{value}</code>
            <CopyButton size="sm" text={value} label={`Copy the value of the ${type} record`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
