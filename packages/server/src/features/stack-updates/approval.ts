import { z } from 'zod';
import { timestamp } from '../../platform/http/timestamp.ts';

/** Whose decision a deployment waits for. */
export const requirements = ['anyone', 'another_member'] as const;
export type Requirement = (typeof requirements)[number];

const changeCounts = z.record(z.string(), z.number());

export const approvalSchema = z
  .strictObject({
    state: z.enum(['waiting', 'approved', 'discarded']),
    required: z
      .enum(requirements)
      .meta({ description: '`another_member`: than the one who asked, as its environment wants.' }),
    changes: changeCounts.nullable().meta({ description: 'What the preview showed: resources by operation.' }),
    requestedAt: timestamp,
    decidedBy: z.string().nullable().meta({
      description: 'Id of a member; null where nobody decided: it was cancelled, replaced, or waited too long.',
    }),
    decidedAt: timestamp.nullable(),
  })
  .meta({ id: 'StackUpdateApproval' });
export type Approval = z.output<typeof approvalSchema>;

/** How long a deployment waits for a decision. */
export const longestWaitMs = 7 * 24 * 60 * 60_000;

/** Whether there is anything to decide about: what stays as it is, or is only read, changes nothing. */
export function changesAnything(changes: Readonly<Record<string, number>>): boolean {
  return Object.entries(changes).some(
    ([operation, count]) => count > 0 && operation !== 'same' && operation !== 'read',
  );
}

/** What a deployment needs: as its environment wants now, and as whoever asked wanted. Null: nobody's decision. */
export function requirementOf(wanted: {
  environment: 'none' | 'another_member';
  preview: boolean;
  /** What it was told when it began to wait; no later change of the environment makes it less. */
  before?: Requirement | undefined;
}): Requirement | null {
  if (wanted.environment === 'another_member' || wanted.before === 'another_member') return 'another_member';
  return wanted.preview || wanted.before === 'anyone' ? 'anyone' : null;
}

/** Whether this member's decision counts. Nobody asked for what davit does by itself, so anyone's does. */
export function mayApprove(required: Requirement, askedBy: string | null, memberId: string): boolean {
  return required === 'anyone' || askedBy !== memberId;
}
