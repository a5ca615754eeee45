import type { Schemas } from '@davit/api';
import { wrongUsage } from '../command-line/cli-error.ts';

type Environment = Schemas['Environment'];
type Settings = Pick<Environment, 'deployApproval' | 'driftCheckHours'>;

/** The words of `--approval`, and what the API calls them. */
const approvals: Readonly<Record<string, Settings['deployApproval']>> = {
  none: 'none',
  'another-member': 'another_member',
};
export const approvalWords = Object.keys(approvals);

/** How somebody types the settings of an environment. */
export interface EnvironmentOptions {
  approval?: string;
  driftEvery?: string;
  rename?: string;
}

/** `6h`, `2d` or `off` as hours; whether so many are allowed is for the server to judge. @throws CliError */
export function parseDriftEvery(text: string): number | null {
  if (text === 'off') return null;
  const [, count, unit] = /^([1-9]\d{0,3})(h|d)$/.exec(text) ?? [];
  if (count === undefined) {
    throw wrongUsage(`"${text}" is no interval.`, { hint: 'Such as 6h, 1d, or off.' });
  }
  return Number(count) * (unit === 'd' ? 24 : 1);
}

/** What of an environment is to be changed. @throws CliError when that is nothing */
export function environmentChanges({
  approval,
  driftEvery,
  rename,
}: EnvironmentOptions): Schemas['UpdateEnvironmentInput'] {
  const deployApproval = approval === undefined ? undefined : approvals[approval];
  const changes = {
    ...(rename !== undefined && { name: rename }),
    ...(deployApproval !== undefined && { deployApproval }),
    ...(driftEvery !== undefined && { driftCheckHours: parseDriftEvery(driftEvery) }),
  };
  if (Object.keys(changes).length === 0) {
    throw wrongUsage('Say what is to be changed.', { hint: 'With --approval, --drift-every or --rename.' });
  }
  return changes;
}

/** Who must approve deployments of cloud resources, in a few words. */
export const formatApproval = ({ deployApproval }: Pick<Settings, 'deployApproval'>): string =>
  deployApproval === 'another_member' ? 'approved by another member' : 'deployed at once';

/** How often drift is looked for, in a few words. */
export const formatDriftEvery = ({ driftCheckHours }: Pick<Settings, 'driftCheckHours'>): string =>
  driftCheckHours === null ? 'drift looked for on request' : `drift looked for every ${driftCheckHours} h`;
