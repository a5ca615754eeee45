import { useCallback, useMemo, useRef, useState } from 'react';
import type { StackResource } from '../../data/stack-progress.ts';
import type { StackProgressView } from '../../data/use-stack-progress.ts';
import { createTreeKeys } from './create-tree-keys.ts';
import { ResourceRow } from './resource-row.tsx';

export interface ResourceTreeProps {
  view: StackProgressView;
  isLive: boolean;
  isOnlyLooking: boolean;
  /** Leads to a line of the output. */
  onLine: (line: number) => void;
}

/** The resources of a stack as they change, each below what it belongs to. Arrows, Home and End move; Enter leads to the output. */
export function ResourceTree({ view, isLive, isOnlyLooking, onLine }: ResourceTreeProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [activeUrn, setActiveUrn] = useState<string>();
  const element = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => view.progress.rows((urn) => collapsed.has(urn)), [view, collapsed]);
  const active = Math.max(
    0,
    rows.findIndex(({ resource }) => resource.urn === activeUrn),
  );

  const onToggle = useCallback((urn: string) => {
    setCollapsed((before) => {
      const next = new Set(before);
      if (!next.delete(urn)) next.add(urn);
      return next;
    });
  }, []);
  const onOpen = useCallback(
    (resource: StackResource) => {
      setActiveUrn(resource.urn);
      onLine(resource.line);
    },
    [onLine],
  );
  const onActivate = (index: number): void => {
    setActiveUrn(rows[index]?.resource.urn);
    element.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
  };
  const onKeyDown = createTreeKeys({
    rows,
    active,
    isCollapsed: (urn) => collapsed.has(urn),
    onActivate,
    onToggle,
    onOpen: ({ resource }) => onOpen(resource),
  });
  return (
    <div ref={element} role="tree" aria-label="Resources" tabIndex={-1} onKeyDown={onKeyDown} className="flex flex-col">
      {rows.map(({ resource, depth, childCount, position, siblings }, index) => (
        <ResourceRow
          key={resource.urn}
          resource={resource}
          index={index}
          depth={depth}
          position={position}
          siblings={siblings}
          expanded={childCount === 0 ? undefined : !collapsed.has(resource.urn)}
          isActive={index === active}
          isLive={isLive}
          isOnlyLooking={isOnlyLooking}
          onToggle={onToggle}
          onOpen={onOpen}
        />
      ))}
    </div>
  );
}
