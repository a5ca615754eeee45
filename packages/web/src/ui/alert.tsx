import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Tone, toneClasses } from './badge.tsx';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';

const marks: Record<Tone, typeof Info> = {
  neutral: Info,
  accent: Info,
  info: Info,
  success: CircleCheck,
  warning: TriangleAlert,
  danger: CircleAlert,
};

export interface AlertProps {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  /** Buttons at the end. */
  action?: ReactNode;
  onDismiss?: () => void;
  /** Across the whole width, without corners: the page's own banner (the server is away). */
  banner?: boolean;
  className?: string;
}

/** Something to know about the place it stands in. It is not read out by itself: wrap it in a live region where it appears later. */
export function Alert({ tone = 'info', title, children, action, onDismiss, banner = false, className }: AlertProps) {
  const Icon = marks[tone];
  return (
    <div
      className={cn(
        'flex min-w-0 items-start gap-3 border px-3 py-2 text-sm',
        banner ? 'border-x-0' : 'rounded-lg',
        toneClasses[tone],
        className,
      )}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-48 break-words">
          {title === undefined ? null : <p className="font-medium">{title}</p>}
          {children === undefined ? null : <div className="text-fg">{children}</div>}
        </div>
        {action === undefined ? null : <div className="flex shrink-0 items-center gap-2">{action}</div>}
      </div>
      {onDismiss === undefined ? null : <IconButton plain size="sm" label="Dismiss" icon={<X />} onClick={onDismiss} />}
    </div>
  );
}
