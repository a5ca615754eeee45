import { defineErrors } from '../../kernel/app-error.ts';

export const diskErrors = defineErrors({
  DISK_USAGE_UNKNOWN: {
    kind: 'unavailable',
    message: 'How much is used of the disk could not be measured.',
    hint: 'Try again when the machine has less to do; `du -xh --max-depth=2` on DATA_DIR tells the same.',
  },
});
