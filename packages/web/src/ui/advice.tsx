import type { ReactNode } from 'react';
import { UserText } from './user-text.tsx';

export interface AdviceProps {
  /** What to do, as the server says it; null where it says nothing. */
  hint: string | null;
  /** What only the page can add, such as a link to where it is done. */
  children?: ReactNode;
}

/** What to do about a failure, beneath its reason. */
export function Advice({ hint, children }: AdviceProps) {
  if (hint === null) return null;
  return (
    <p className="break-words text-muted">
      <UserText text={hint} /> {children}
    </p>
  );
}
