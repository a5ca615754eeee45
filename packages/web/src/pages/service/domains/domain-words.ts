import type { Domain } from '../../../data/use-domains.ts';
import type { Tone } from '../../../ui/badge.tsx';

interface Look {
  readonly label: string;
  readonly tone: Tone;
}

/** The state of a domain in a word. */
export const stateLooks: Readonly<Record<Domain['state'], Look>> = {
  pending: { label: 'Waiting for DNS', tone: 'warning' },
  verifying: { label: 'Checking', tone: 'info' },
  active: { label: 'Active', tone: 'success' },
  failed: { label: 'DNS is wrong', tone: 'danger' },
};

/** The state of its certificate in a few. */
export const certificateLooks: Readonly<Record<Domain['certificate']['state'], Look>> = {
  unavailable: { label: 'No TLS', tone: 'neutral' },
  pending: { label: 'No certificate yet', tone: 'warning' },
  valid: { label: 'Certificate is valid', tone: 'success' },
  expiring: { label: 'Certificate ends soon', tone: 'warning' },
  expired: { label: 'Certificate has ended', tone: 'danger' },
  failed: { label: 'No certificate', tone: 'danger' },
};
