import { Link2, TriangleAlert } from 'lucide-react';
import { Badge } from '../../../ui/badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { VariableRow } from './variable-rows.ts';

export interface VariableNameProps {
  row: VariableRow;
  /** What a deployment now would do with it; undefined where nothing. */
  pending: 'created' | 'updated' | 'deleted' | undefined;
}

/** A variable's name, where it comes from, what it refers to and what is wrong with that. */
export function VariableName({ row: { variable, source, hidesShared }, pending }: VariableNameProps) {
  const { name, references } = variable;
  const problems = [...new Set(references.flatMap(({ problem }) => problem ?? []))];
  return (
    <div className="flex min-w-0 flex-col items-end gap-1 @xl:items-start">
      <UserText text={name} className="break-all font-medium font-mono text-sm" />
      <span className="flex max-w-full flex-wrap justify-end gap-1 empty:hidden @xl:justify-start">
        {source === 'shared' ? <Badge tone="info">Shared</Badge> : null}
        {hidesShared ? <Badge>Instead of the shared one</Badge> : null}
        {pending === undefined ? null : <Badge tone="warning">Not deployed yet</Badge>}
        {references.map(({ text, problem }) => (
          <Badge
            key={text}
            tone={problem === null ? 'accent' : 'danger'}
            icon={problem === null ? <Link2 aria-hidden /> : <TriangleAlert aria-hidden />}
          >
            <UserText text={text} className="font-mono" />
          </Badge>
        ))}
      </span>
      {problems.map((problem) => (
        <UserText key={problem} text={problem} className="break-words text-danger-text text-xs" />
      ))}
    </div>
  );
}
