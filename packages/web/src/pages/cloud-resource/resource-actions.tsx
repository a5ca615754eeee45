import { useState } from 'react';
import { useResourceAction } from '../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../data/use-overview.ts';
import { useCan } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { type Removal, RemovalDialog } from './removal-dialogs.tsx';

export interface ResourceActionsProps {
  resource: CloudResourceOverview;
  /** An update was asked for. */
  onBegun: (updateId: string) => void;
  /** The resource is on its way out, or forgotten. */
  onGone: () => void;
}

/** What can be done to a cloud resource as a whole. */
export function ResourceActions({ resource, onBegun, onGone }: ResourceActionsProps) {
  const { id } = resource;
  const projectId = resource.projectId ?? undefined;
  const deploy = useResourceAction(projectId, 'deploy');
  const decide = useResourceAction(projectId, 'deploy-after-decision');
  const preview = useResourceAction(projectId, 'preview');
  const refresh = useResourceAction(projectId, 'refresh');
  const mayDestroy = useCan('admin');
  const [removal, setRemoval] = useState<Removal>();
  const follow = { onSuccess: (update: { id: string }) => onBegun(update.id) };
  const isLeaving = resource.status === 'deleting';
  return (
    <>
      <Button
        variant="primary"
        size="sm"
        busy={deploy.isPending}
        disabled={isLeaving}
        onClick={() => deploy.mutate(id, follow)}
      >
        Deploy
      </Button>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm">More</Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem disabled={isLeaving} onSelect={() => decide.mutate(id, follow)}>
            Preview, then decide
          </DropdownMenuItem>
          <DropdownMenuItem disabled={isLeaving} onSelect={() => preview.mutate(id, follow)}>
            Preview
          </DropdownMenuItem>
          <DropdownMenuItem disabled={isLeaving} onSelect={() => refresh.mutate(id, follow)}>
            Refresh
          </DropdownMenuItem>
          {mayDestroy ? (
            <>
              <DropdownMenuSeparator />
              <DropdownMenuItem tone="danger" disabled={isLeaving} onSelect={() => setRemoval('destroy')}>
                Destroy what it made…
              </DropdownMenuItem>
              <DropdownMenuItem tone="danger" onSelect={() => setRemoval('delete')}>
                Delete…
              </DropdownMenuItem>
            </>
          ) : null}
        </DropdownMenuContent>
      </DropdownMenu>
      <RemovalDialog
        resource={resource}
        removal={removal}
        onClose={() => setRemoval(undefined)}
        onDone={(done) => (done === 'destroy' ? undefined : onGone())}
      />
    </>
  );
}
