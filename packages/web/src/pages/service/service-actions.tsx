import { useState } from 'react';
import type { ServiceOverview } from '../../data/use-overview.ts';
import { useService, useServiceAction } from '../../data/use-services.ts';
import { useCan } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { UploadVersionDialog } from '../upload/index.ts';
import { DeleteServiceDialog } from './delete-service-dialog.tsx';

/** What can be done to a service as a whole. */
export function ServiceActions(props: { projectId: string; service: ServiceOverview; onClose: () => void }) {
  const { projectId, service, onClose } = props;
  const deploy = useServiceAction(projectId, 'deploy');
  const restart = useServiceAction(projectId, 'restart');
  const stop = useServiceAction(projectId, 'stop');
  const mayDelete = useCan('admin');
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
          {mayDelete ? <DropdownMenuSeparator /> : null}
          {mayDelete ? (
            <DropdownMenuItem tone="danger" onSelect={() => setDeleting(true)}>
              Delete…
            </DropdownMenuItem>
          ) : null}
        </DropdownMenuContent>
      </DropdownMenu>
      <UploadVersionDialog
        projectId={projectId}
        serviceId={service.id}
        open={isUploading}
        onClose={() => setUploading(false)}
      />
      <DeleteServiceDialog
        projectId={projectId}
        service={service}
        open={isDeleting}
        onClose={() => setDeleting(false)}
        onDeleted={onClose}
      />
    </>
  );
}
