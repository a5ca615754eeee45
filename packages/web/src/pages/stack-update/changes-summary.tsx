import { Badge } from '../../ui/badge.tsx';
import { changeText, listChanges, operationLook } from './resource-words.ts';

export interface ChangesSummaryProps {
  /** How many resources by operation; null where it is not known. */
  changes: Readonly<Record<string, number>> | null;
  /** Whether they are only foreseen. */
  isOnlyLooking: boolean;
}

/** What an update came to, or would come to. */
export function ChangesSummary({ changes, isOnlyLooking }: ChangesSummaryProps) {
  const list = listChanges(changes ?? {});
  if (list.length === 0) return null;
  return (
    <ul aria-label={isOnlyLooking ? 'What would change' : 'What changed'} className="flex min-w-0 flex-wrap gap-1.5">
      {list.map(({ operation, count }) => {
        const { sign, tone } = operationLook(operation);
        return (
          <li key={operation} className="flex">
            <Badge
              size="md"
              tone={tone}
              icon={
                sign === '' ? undefined : (
                  <span aria-hidden className="font-mono">
                    {sign}
                  </span>
                )
              }
            >
              {changeText(operation, count, isOnlyLooking)}
            </Badge>
          </li>
        );
      })}
    </ul>
  );
}
