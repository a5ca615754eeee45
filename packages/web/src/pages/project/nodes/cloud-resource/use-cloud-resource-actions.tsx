import { Eye, Flame, ListChecks, PanelRight, RefreshCw, Rocket, Trash2 } from 'lucide-react';
import { useCallback } from 'react';
import { lossesOfDelete, lossesOfDestroy } from '../../../../data/resource-losses.ts';
import { useDeleteCloudResource, useResourceAction } from '../../../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../../../data/use-overview.ts';
import { useCan } from '../../../../data/use-session.ts';
import type { NodeAction, NodeActions, NodeContext } from '../node-type.ts';

/** What can be done to a cloud resource from the canvas. */
export function useCloudResourceActions({ projectId, canChange, go }: NodeContext): NodeActions<CloudResourceOverview> {
  const { mutate: deploy } = useResourceAction(projectId, 'deploy');
  const { mutate: decide } = useResourceAction(projectId, 'deploy-after-decision');
  const { mutate: preview } = useResourceAction(projectId, 'preview');
  const { mutate: refresh } = useResourceAction(projectId, 'refresh');
  const { mutateAsync: destroy } = useResourceAction(projectId, 'destroy');
  const { mutateAsync: remove } = useDeleteCloudResource(projectId);
  const mayDestroy = useCan('admin');
  return useCallback(
    ({ id, data: resource }) => {
      const isDisabled = resource.status === 'deleting';
      const open: NodeAction = {
        id: 'open',
        label: 'Open',
        icon: <PanelRight aria-hidden />,
        shortcut: 'Enter',
        run: () => go({ resource: id }),
      };
      if (!canChange) return [open];
      const updates: readonly NodeAction[] = [
        { id: 'deploy', label: 'Deploy', icon: <Rocket aria-hidden />, isDisabled, run: () => deploy(id) },
        {
          id: 'decide',
          label: 'Preview, then decide',
          icon: <ListChecks aria-hidden />,
          isDisabled,
          run: () => decide(id, { onSuccess: (update) => go({ resource: id, tab: 'updates', update: update.id }) }),
        },
        {
          id: 'preview',
          label: 'Preview',
          icon: <Eye aria-hidden />,
          isDisabled,
          run() {
            preview(id);
            // What it finds is seen there, and nowhere on the canvas.
            go({ resource: id, tab: 'updates' });
          },
        },
        { id: 'refresh', label: 'Refresh', icon: <RefreshCw aria-hidden />, isDisabled, run: () => refresh(id) },
      ];
      if (!mayDestroy) return [open, ...updates];
      return [
        open,
        ...updates,
        {
          id: 'destroy',
          label: 'Destroy what it made…',
          icon: <Flame aria-hidden />,
          tone: 'danger',
          isDisabled,
          confirm: {
            title: 'Destroy what the cloud resource made?',
            losses: lossesOfDestroy(resource),
            confirmLabel: 'Destroy',
          },
          run: () => destroy(id),
        },
        {
          id: 'delete',
          label: 'Delete…',
          icon: <Trash2 aria-hidden />,
          tone: 'danger',
          shortcut: 'Del',
          confirm: {
            title: 'Delete cloud resource?',
            losses: lossesOfDelete(resource),
            confirmLabel: 'Delete cloud resource',
          },
          run: () => remove({ id }),
        },
      ];
    },
    [canChange, mayDestroy, go, deploy, decide, preview, refresh, destroy, remove],
  );
}
