import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { api, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { createServiceLog, type LogFilter, type ServiceLog, type ServiceLogState } from './service-log.ts';

export type { LogFilter } from './service-log.ts';

const nothing: ServiceLogState = {
  lines: [],
  firstIndex: 0,
  hasOlder: false,
  isKnown: false,
  isLive: true,
  version: 0,
  error: undefined,
};

export interface ServiceLogView extends ServiceLogState, Pick<ServiceLog, 'loadOlder' | 'loadNewer'> {}

/** The logs of a service while the calling component is on the page: its newest lines, or those around the line with the number `at`. */
export function useServiceLog(serviceId: string, filter: LogFilter, at: number | undefined): ServiceLogView {
  const [log, setLog] = useState<ServiceLog>();
  const key = JSON.stringify(filter);
  useEffect(() => {
    const made = createServiceLog(serviceId, JSON.parse(key) as LogFilter, at);
    setLog(made);
    return () => made.stop();
  }, [serviceId, key, at]);
  const state = useSyncExternalStore(log?.subscribe ?? noSubscription, log?.state ?? (() => nothing));
  return { ...state, loadOlder: log?.loadOlder ?? noop, loadNewer: log?.loadNewer ?? noop };
}

const noop = (): void => undefined;
const noSubscription = (): (() => void) => noop;

/** The address of the logs that are kept, as a file. */
export function serviceLogDownload(serviceId: string, filter: LogFilter): string {
  const query = new URLSearchParams({ ...filter }).toString();
  return `/v1/services/${encodeURIComponent(serviceId)}/logs/download${query === '' ? '' : `?${query}`}`;
}

/** The scheduled runs of a cron service, newest first. */
export function useCronRuns(serviceId: string) {
  return useQuery({
    queryKey: [...queryKeys.service(serviceId), 'cron-runs'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/v1/runs', { params: { query: { subject: `${serviceId}:cron`, limit: 50 } }, signal })),
    // Nothing tells of a run whose time has come.
    refetchInterval: 5000,
  });
}
