import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Body, type Schemas, unwrap } from './api-client.ts';
import { collectPages } from './collect-pages.ts';
import { queryKeys } from './query-keys.ts';
import { useMe } from './use-session.ts';

export type PlatformBackup = Schemas['PlatformBackup'];
export type DoctorFinding = Schemas['DoctorFinding'];
export type Operator = Schemas['Operator'];

const whileRunningMs = 1500;
const otherwiseMs = 60_000;

/** Whether a run of this state goes on. */
export const isUnderWay = (state: string): boolean => state === 'queued' || state === 'running';

/** Where backups of the platform go, and how the last one went. Asked again and again while one is under way. */
export function usePlatformBackupStatus() {
  return useQuery({
    queryKey: queryKeys.platformBackupStatus(),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/platform/backup-status', { signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.lastRun?.state ?? '') ? whileRunningMs : otherwiseMs),
  });
}

/** The backups that are kept, newest first; read anew when another run has ended. */
export function usePlatformBackups(lastRun: string) {
  return useQuery({
    queryKey: queryKeys.platformBackups(lastRun),
    queryFn: ({ signal }) =>
      collectPages((query) => unwrap(api.GET('/v1/platform/backups', { params: { query }, signal }))),
    placeholderData: (former) => former,
  });
}

export function useCreatePlatformBackup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST('/v1/platform/backups')),
    meta: { success: 'Backup begun', failure: 'No backup was begun' },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.platform() }),
  });
}

/** What `davit admin doctor` finds, as the server sees it. */
export function useDoctor() {
  return useQuery({
    queryKey: queryKeys.doctor(),
    queryFn: ({ signal }) => unwrap(api.GET('/v1/platform/doctor', { signal })),
    staleTime: 30_000,
  });
}

/** Who operates the installation, the first one first. */
export function useOperators() {
  return useQuery({
    queryKey: queryKeys.operators(),
    queryFn: async ({ signal }) => (await unwrap(api.GET('/v1/platform/operators', { signal }))).items,
  });
}

/** Makes somebody with an account an operator. */
export function useAppointOperator() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body<'appointOperator'>) => unwrap(api.POST('/v1/platform/operators', { body })),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.operators() }),
  });
}

/** Makes an operator an ordinary user again; oneself too. */
export function useRemoveOperator() {
  const client = useQueryClient();
  const me = useMe();
  return useMutation({
    mutationFn: (userId: string) =>
      unwrap(api.DELETE('/v1/platform/operators/{userId}', { params: { path: { userId } } })),
    onSuccess: (_data, userId) =>
      // Who operates nothing any more sees no more of this page.
      userId === me.user.id
        ? client.invalidateQueries({ queryKey: queryKeys.me(), exact: true })
        : client.invalidateQueries({ queryKey: queryKeys.operators() }),
  });
}
