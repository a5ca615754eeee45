import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from './api-client.ts';
import { queryKeys } from './query-keys.ts';
import { useMe } from './use-session.ts';

export type AuditEntry = Schemas['AuditEntry'];

/** What to look for; all that is given must fit. */
export interface AuditFilter {
  /** `member.remove`, or with a dot at its end all that begin so: `member.` */
  action?: string;
  /** Id of what it was done to. */
  subject?: string;
  /** Id of a user or API token. */
  actor?: string;
  /** Instead of the organization's log what is in that of none; for operators. */
  of?: 'nobody';
  /** IP address that it came from. */
  address?: string;
  /** How it ended. */
  result?: AuditEntry['result'];
  /** RFC 3339, UTC; from then on. */
  since?: string;
  /** RFC 3339, UTC; before then. */
  until?: string;
}

/** Who did what in the organization, newest first, a page at a time. For admins. */
export function useAuditLog({ of, ...filter }: AuditFilter) {
  const { id } = useMe().organization;
  return useInfiniteQuery({
    queryKey: queryKeys.auditLog({ of, ...filter }),
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) };
      return of === 'nobody'
        ? unwrap(api.GET('/v1/platform/audit-log', { params: { query }, signal }))
        : unwrap(api.GET('/v1/organizations/{id}/audit-log', { params: { path: { id }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // The table stays where it is while another filter is asked for.
    placeholderData: keepPreviousData,
  });
}
