import { ExternalLink as ExternalIcon } from 'lucide-react';
import { useState } from 'react';
import type { ServiceOverview } from '../../../data/use-overview.ts';
import { useDeleteService, useServiceAction } from '../../../data/use-services.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmByNameDialog } from '../../../ui/confirm-by-name-dialog.tsx';
import { Drawer } from '../../../ui/drawer.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../../ui/dropdown-menu.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { DeploymentView } from './deployment-view.tsx';
import { DeploymentsTab } from './deployments-tab.tsx';

export interface ServiceDrawerProps {
  projectId: string;
  service: ServiceOverview;
  deploymentId: string | undefined;
  /** Whether the user may change anything here. */
  canChange: boolean;
  onClose: () => void;
  onDeployment: (deploymentId: string | undefined) => void;
}

/** What there is to see of a service and to do with it. */
export function ServiceDrawer(props: ServiceDrawerProps) {
  const { projectId, service, deploymentId, canChange, onClose, onDeployment } = props;
  return (
    <Drawer
      open
      onClose={onClose}
      title={<UserText text={service.name} />}
      subtitle={<StatusBadge status={service.status} />}
      actions={canChange ? <ServiceActions projectId={projectId} service={service} onClose={onClose} /> : null}
    >
      <div className="flex flex-col gap-3 border-b px-5 pb-4">
        {service.url === null ? null : (
          <ExternalLink href={service.url} className="inline-flex items-center gap-1 text-sm">
            {service.url} <ExternalIcon aria-hidden className="size-3.5" />
          </ExternalLink>
        )}
        {service.statusDetail === null ? null : (
          <Alert tone={service.status === 'running' ? 'info' : 'warning'}>
            <UserText text={service.statusDetail} />
          </Alert>
        )}
        {service.hasUndeployedChanges ? (
          <Alert tone="info">Settings or variables have changed since the last deployment. Deploy applies them.</Alert>
        ) : null}
      </div>
      {deploymentId === undefined ? (
        <DeploymentsTab serviceId={service.id} canChange={canChange} onOpen={onDeployment} />
      ) : (
        <DeploymentView
          key={deploymentId}
          deploymentId={deploymentId}
          serviceId={service.id}
          canChange={canChange}
          onBack={() => onDeployment(undefined)}
        />
      )}
    </Drawer>
  );
}

function ServiceActions(props: { projectId: string; service: ServiceOverview; onClose: () => void }) {
  const { projectId, service, onClose } = props;
  const deploy = useServiceAction(projectId, service.id, 'deploy');
  const restart = useServiceAction(projectId, service.id, 'restart');
  const stop = useServiceAction(projectId, service.id, 'stop');
  const remove = useDeleteService(projectId, service.id);
  const [isDeleting, setDeleting] = useState(false);
  const serves = service.activeDeployment !== null;
  return (
    <>
      <Button variant="primary" size="sm" busy={deploy.isPending} onClick={() => deploy.mutate()}>
        Deploy
      </Button>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm">More</Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem disabled={!serves} onSelect={() => restart.mutate()}>
            {service.desiredState === 'stopped' ? 'Start' : 'Restart'}
          </DropdownMenuItem>
          <DropdownMenuItem disabled={!serves || service.desiredState === 'stopped'} onSelect={() => stop.mutate()}>
            Stop
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuItem tone="danger" onSelect={() => setDeleting(true)}>
            Delete…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <ConfirmByNameDialog
        open={isDeleting}
        onOpenChange={setDeleting}
        title={
          <>
            Delete <UserText text={service.name} />?
          </>
        }
        name={service.name}
        losses={['Its instances, which stop answering', 'Its variables and their history', 'Its deployments and logs']}
        confirmLabel="Delete service"
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      />
    </>
  );
}
