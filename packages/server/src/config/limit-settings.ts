import { integer, optional, setting } from './setting.ts';

/** What a service may use that says nothing itself. */
export const limitSettings = {
  SERVICE_MEMORY_MB: optional(integer(16, 1_048_576), {
    shownDefault: 'three quarters of this machine’s; below 4 GiB all but one, below 2 GiB half',
    meaning:
      'The most memory of an instance, or of a command, of a service without `memoryMb`. It holds for what is started from then on.',
  }),
  SERVICE_CPUS: optional(integer(1, 1024), {
    shownDefault: 'unset: an equal share of those that are free',
    meaning: 'The most processors of an instance, or of a command, of a service without `cpus`.',
  }),
  SERVICE_DISK_MB: setting(integer(0, 16_777_216), {
    default: '10240',
    meaning:
      'So much may a container write to its own disk, what its image declares as volumes included; 0 is no limit. Looked at once a minute: one that has written more is ended, and an instance starts again with nothing written. Plain processes are not looked at.',
  }),
};
