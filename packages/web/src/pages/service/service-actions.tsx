import { useState } from 'react';
import type { ServiceOverview } from '../../data/use-overview.ts';
import { useDeleteService, useService, useServiceAction } from '../../data/use-services.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmByNameDialog } from '../../ui/confirm-by-name-dialog.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { UploadVersionDialog } from '../upload/index.ts';

/** What can be done to a service as a whole. */
export function ServiceActions(props: { projectId: string; service: ServiceOverview; onClose: () => void }) {
  const { projectId, service, onClose } = props;
  const deploy = useServiceAction(projectId, 'deploy');
  const restart = useServiceAction(projectId, 'restart');
  const stop = useServiceAction(projectId, 'stop');
  const remove = useDeleteService(projectId);
  const isUploaded = useService(service.id).data?.source.type === 'upload';
  const [isDeleting, setDeleting] = useState(false);
  const [isUploading, setUploading] = useState(false);
  const serves = service.activeDeployment !== null;
  return (
    <>
      <Button variant="primary" size="sm" busy={deploy.isPending} onClick={() => deploy.mutate(service.id)}>
        Deploy
      </Button>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm">More</Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {isUploaded ? (
            <DropdownMenuItem onSelect={() => setUploading(true)}>Upload a new version…</DropdownMenuItem>
          ) : null}
          <DropdownMenuItem disabled={!serves} onSelect={() => restart.mutate(service.id)}>
            {service.desiredState === 'stopped' ? 'Start' : 'Restart'}
          </DropdownMenuItem>
          <DropdownMenuItem
            disabled={!serves || service.desiredState === 'stopped'}
            onSelect={() => stop.mutate(service.id)}
          >
            Stop
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuItem tone="danger" onSelect={() => setDeleting(true)}>
            Delete…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <UploadVersionDialog
        projectId={projectId}
        serviceId={service.id}
        open={isUploading}
        onClose={() => setUploading(false)}
      />
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
        onConfirm={() => remove.mutate(service.id, { onSuccess: onClose })}
      />
    </>
  );
}
