import { Copy, ExternalLink, PanelRight, Play, Rocket, RotateCw, Square, Trash2 } from 'lucide-react';
import { useCallback } from 'react';
import type { ServiceOverview } from '../../../../data/use-overview.ts';
import { useDeleteService, useServiceAction } from '../../../../data/use-services.ts';
import { copyText } from '../../../../ui/copy-button.tsx';
import { externalHref } from '../../../../ui/external-href.ts';
import { toasts } from '../../../../ui/toast-store.ts';
import type { NodeAction, NodeActions, NodeContext } from '../node-type.ts';

function copyAddress(url: string): void {
  copyText(url).then(
    () => toasts.show({ tone: 'success', title: 'The address was copied', description: url }),
    () => toasts.show({ tone: 'warning', title: 'The browser did not let the address be copied', description: url }),
  );
}

function addressActions(url: string): readonly NodeAction[] {
  const href = externalHref(url);
  if (href === undefined) return [];
  return [
    {
      id: 'visit',
      label: 'Open its address',
      icon: <ExternalLink aria-hidden />,
      run: () => window.open(href, '_blank', 'noopener,noreferrer'),
    },
    { id: 'copy', label: 'Copy address', icon: <Copy aria-hidden />, run: () => copyAddress(href) },
  ];
}

/** What can be done to a service from the canvas. */
export function useServiceActions({ projectId, canChange, go }: NodeContext): NodeActions<ServiceOverview> {
  const { mutate: deploy } = useServiceAction(projectId, 'deploy');
  const { mutate: restart } = useServiceAction(projectId, 'restart');
  const { mutate: stop } = useServiceAction(projectId, 'stop');
  const { mutateAsync: remove } = useDeleteService(projectId);
  return useCallback(
    ({ id, data: service }) => {
      const isStopped = service.desiredState === 'stopped';
      const serves = service.activeDeployment !== null;
      const looks: readonly NodeAction[] = [
        {
          id: 'open',
          label: 'Open',
          icon: <PanelRight aria-hidden />,
          shortcut: 'Enter',
          run: () => go({ service: id }),
        },
        ...(service.url === null ? [] : addressActions(service.url)),
      ];
      if (!canChange) return looks;
      return [
        ...looks,
        { id: 'deploy', label: 'Deploy', icon: <Rocket aria-hidden />, run: () => deploy(id) },
        {
          id: 'restart',
          label: isStopped ? 'Start' : 'Restart',
          icon: isStopped ? <Play aria-hidden /> : <RotateCw aria-hidden />,
          isDisabled: !serves,
          run: () => restart(id),
        },
        {
          id: 'stop',
          label: 'Stop',
          icon: <Square aria-hidden />,
          isDisabled: !serves || isStopped,
          run: () => stop(id),
        },
        {
          id: 'delete',
          label: 'Delete…',
          icon: <Trash2 aria-hidden />,
          tone: 'danger',
          shortcut: 'Del',
          confirm: {
            title: 'Delete service?',
            losses: [
              'Its instances, which stop answering',
              'Its variables and their history',
              'Its deployments and logs',
            ],
            confirmLabel: 'Delete service',
          },
          run: () => remove(id),
        },
      ];
    },
    [canChange, go, deploy, restart, stop, remove],
  );
}
