import type { ServiceTabProps } from '../service-tab.ts';
import { CronRuns } from './cron-runs.tsx';
import { ServiceLogs } from './service-logs.tsx';

/** What the instances of a service write; for a cron service, what its runs wrote. */
export function LogsTab(props: ServiceTabProps) {
  const { service, search, onSearch } = props;
  if (service.kind === 'cron') return <CronRuns serviceId={service.id} search={search} onSearch={onSearch} />;
  return <ServiceLogs serviceId={service.id} search={search} onSearch={onSearch} />;
}
