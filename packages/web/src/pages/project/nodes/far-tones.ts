import type { StatusLook } from '../../../ui/status.ts';

/** The colour of a state's word in a node that is seen from afar. */
export const farTones: Record<StatusLook['tone'], string> = {
  neutral: 'text-idle-text',
  accent: 'text-accent-text',
  success: 'text-success-text',
  warning: 'text-warning-text',
  danger: 'text-danger-text',
  info: 'text-info-text',
};
