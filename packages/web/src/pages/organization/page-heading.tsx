import type { ReactNode } from 'react';

export interface PageHeadingProps {
  title: string;
  /** What the page is for, in a sentence. */
  children: ReactNode;
  actions?: ReactNode;
}

/** The top of a page about the organization. */
export function PageHeading({ title, children, actions }: PageHeadingProps) {
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="mr-auto flex min-w-0 max-w-2xl flex-col gap-0.5">
        <h1 className="font-semibold text-2xl">{title}</h1>
        <p className="text-muted text-sm">{children}</p>
      </div>
      {actions}
    </header>
  );
}
