import type { Domain } from '../../../data/use-domains.ts';

/** Stands for "serves the service itself": no host name is empty or has a space. */
export const SERVES = 'serves itself';

/** What a domain can do: serve the service, or lead on to another one that does. */
export function redirectChoices(others: readonly Domain[]): { value: string; label: string }[] {
  const targets = others.filter(({ redirectTo }) => redirectTo === null);
  return [
    { value: SERVES, label: 'Serves the service' },
    ...targets.map(({ host }) => ({ value: host, label: `Leads on to ${host}` })),
  ];
}
