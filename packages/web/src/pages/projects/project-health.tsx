import { CircleCheck, CircleMinus, CircleX, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ProjectSummary } from '../../data/use-projects.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

interface Part {
  readonly name: string;
  readonly count: number;
  readonly tone: Tone;
  readonly icon: ReactNode;
}

/** How many services of a project are in which state, what needs looking at first. */
export function ProjectHealth({ health }: { health: ProjectSummary['health'] }) {
  if (health.services === 0) return <span className="text-subtle text-xs">No services yet</span>;
  const parts: readonly Part[] = [
    { name: 'failing', count: health.failing, tone: 'danger', icon: <CircleX aria-hidden /> },
    {
      name: 'deploying',
      count: health.deploying,
      tone: 'warning',
      icon: <LoaderCircle aria-hidden className="size-3 animate-spin motion-reduce:animate-none" />,
    },
    { name: 'running', count: health.running, tone: 'success', icon: <CircleCheck aria-hidden /> },
    { name: 'stopped', count: health.stopped, tone: 'neutral', icon: <CircleMinus aria-hidden /> },
  ];
  const empty = health.services - parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <span className="flex flex-wrap gap-1">
      {parts.map(({ name, count, tone, icon }) =>
        count === 0 ? null : (
          <Badge key={name} tone={tone} icon={icon}>
            {count} {name}
          </Badge>
        ),
      )}
      {empty > 0 ? <Badge>{empty} not deployed</Badge> : null}
    </span>
  );
}
