import { useState } from 'react';
import type { ServiceOverview } from '../../../data/use-overview.ts';
import { useServiceAction } from '../../../data/use-services.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { DeleteServiceDialog } from '../delete-service-dialog.tsx';

export interface DangerSectionProps {
  projectId: string;
  service: ServiceOverview;
  /** The service is on its way out. */
  onDeleted: () => void;
}

/** What takes the service out of service. */
export function DangerSection({ projectId, service, onDeleted }: DangerSectionProps) {
  const stop = useServiceAction(projectId, 'stop');
  const start = useServiceAction(projectId, 'restart');
  const mayDelete = useCan('admin');
  const [isDeleting, setDeleting] = useState(false);
  const isStopped = service.desiredState === 'stopped';
  const serves = service.activeDeployment !== null;
  return (
    <Card tone="danger" title="Danger zone">
      <div className="flex flex-col gap-4">
        <Act
          title={isStopped ? 'Start the service' : 'Stop the service'}
          description={
            isStopped
              ? 'Its active release is started again.'
              : 'Its instances end and its address stops answering. Nothing is lost; a start or a deployment brings it back.'
          }
        >
          {isStopped ? (
            <Button busy={start.isPending} disabled={!serves} onClick={() => start.mutate(service.id)}>
              Start
            </Button>
          ) : (
            <Button
              variant="danger-outline"
              busy={stop.isPending}
              disabled={!serves}
              onClick={() => stop.mutate(service.id)}
            >
              Stop
            </Button>
          )}
        </Act>
        <Act
          title="Delete the service"
          description={
            mayDelete
              ? 'Its instances, address, variables, deployments and logs are lost for good.'
              : 'Needs the role admin: ask somebody who has it.'
          }
        >
          <Button variant="danger-outline" disabled={!mayDelete} onClick={() => setDeleting(true)}>
            Delete…
          </Button>
        </Act>
      </div>
      <DeleteServiceDialog
        projectId={projectId}
        service={service}
        open={isDeleting}
        onClose={() => setDeleting(false)}
        onDeleted={onDeleted}
      />
    </Card>
  );
}

function Act(props: { title: string; description: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="flex min-w-0 flex-1 basis-64 flex-col">
        <span className="font-medium text-sm">{props.title}</span>
        <span className="text-muted text-sm">{props.description}</span>
      </div>
      {props.children}
    </div>
  );
}
