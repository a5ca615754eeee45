import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  Clock,
  LoaderCircle,
  SkipForward,
  TriangleAlert,
} from 'lucide-react';
import { Badge, type Tone } from './badge.tsx';
import { cn } from './cn.ts';
import { type StatusLook, statusLook } from './status.ts';

const icons: Record<StatusLook['icon'], typeof CircleCheck> = {
  check: CircleCheck,
  progress: LoaderCircle,
  waiting: Clock,
  cross: CircleX,
  warning: TriangleAlert,
  stopped: CircleMinus,
  empty: CircleDashed,
  skipped: SkipForward,
};

const markTones: Record<Tone, string> = {
  neutral: 'text-idle',
  accent: 'text-accent-text',
  success: 'text-success',
  warning: 'text-warning',
  danger: 'text-danger',
  info: 'text-info',
};

/** The icon of a state, coloured; say the state in words beside it. */
export function StatusIcon({ status, className }: { status: string; className?: string }) {
  const look = statusLook(status);
  const Icon = icons[look.icon];
  return (
    <Icon
      aria-hidden
      className={cn(
        'size-4 shrink-0',
        markTones[look.tone],
        look.icon === 'progress' && 'animate-spin [animation-duration:1.6s] motion-reduce:animate-none',
        className,
      )}
    />
  );
}

export interface StatusBadgeProps {
  /** A state as the API names it: running, deploying, failed, queued, … */
  status: string;
  /** Other words than the usual ones ("2 of 3 running"). */
  label?: string;
  size?: 'sm' | 'md';
  className?: string;
}

/** A state: icon, word and colour. */
export function StatusBadge({ status, label, size, className }: StatusBadgeProps) {
  const look = statusLook(status);
  return (
    <Badge
      tone={look.tone}
      size={size}
      className={className}
      icon={<StatusIcon status={status} className="size-3.5 text-current" />}
    >
      {label ?? look.label}
    </Badge>
  );
}
