import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';

export interface ProblemPageProps {
  icon: ReactNode;
  title: string;
  /** Why, and what to do about it. */
  children: ReactNode;
  requestId?: string | undefined;
  /** Words of the machine, for a report. */
  detail?: string | undefined;
  actions?: ReactNode;
}

/** A page, or a part of one, that cannot be shown. */
export function ProblemPage({ icon, title, children, requestId, detail, actions }: ProblemPageProps) {
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center gap-3 px-4 py-16 text-center">
      <span className="flex size-10 items-center justify-center rounded-full bg-sunken text-muted [&_svg]:size-5">
        {icon}
      </span>
      <h1 className="font-semibold text-lg">{title}</h1>
      <div className="text-balance text-muted text-sm">{children}</div>
      {detail === undefined ? null : (
        <code className="max-w-full break-words rounded-md bg-sunken px-2 py-1 text-muted text-xs">{detail}</code>
      )}
      {requestId === undefined ? null : (
        <p className="flex items-center gap-1 text-subtle text-xs">
          Request <span className="font-mono">{requestId}</span>
          <CopyButton text={requestId} label="Copy request id" size="sm" />
        </p>
      )}
      {actions === undefined ? null : <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
