import type { ReactNode } from 'react';
import { UserText } from '../../ui/user-text.tsx';

export interface ChangeListProps {
  variables: readonly { name: string; change: 'created' | 'updated' | 'deleted' }[];
  settings: readonly { path: string; from: unknown; to: unknown }[];
  /** What comes before: the source. */
  children?: ReactNode;
}

const words = { created: 'added', updated: 'changed', deleted: 'removed' } as const;

/** What a deployment or a rollback would change. Values of variables are nobody's business here. */
export function ChangeList({ variables, settings, children }: ChangeListProps) {
  return (
    <ul aria-label="Changes" className="flex flex-col gap-1 text-sm">
      {children}
      {variables.map(({ name, change }) => (
        <li key={`variable ${name}`}>
          Variable <UserText text={name} className="font-mono text-xs" /> {words[change]}
        </li>
      ))}
      {settings.map(({ path, from, to }) => (
        <li key={`setting ${path}`} className="break-words">
          Setting <span className="font-mono text-xs">{path}</span>: <SettingValue value={from} /> →{' '}
          <SettingValue value={to} />
        </li>
      ))}
    </ul>
  );
}

function SettingValue({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') return <span className="text-muted">not set</span>;
  return <UserText text={typeof value === 'string' ? value : JSON.stringify(value)} className="font-mono text-xs" />;
}
