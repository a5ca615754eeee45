import { useState } from 'react';
import { useOverview } from '../../../data/use-overview.ts';
import { useServiceAction } from '../../../data/use-services.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogContent } from '../../../ui/dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { VariablesPanel, type VariableView } from './variables-panel.tsx';

export interface SharedVariablesProps {
  projectId: string;
  environmentId: string;
  canChange: boolean;
  onClose: () => void;
}

/** The variables that all services of an environment have, and which services wait for a deployment to get them. */
export function SharedVariables({ projectId, environmentId, canChange, onClose }: SharedVariablesProps) {
  const [view, setView] = useState<VariableView>('table');
  const [saved, setSaved] = useState<string>();
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <DialogContent
        size="xl"
        title="Shared variables"
        description={
          <>
            Each service of this environment has them, unless it has one of the same name itself. Values refer to them
            as <code>{'${{shared.NAME}}'}</code>.
          </>
        }
      >
        <div className="flex flex-col gap-4">
          <p role="status" className="text-muted text-sm empty:hidden">
            {saved}
          </p>
          <WaitingServices projectId={projectId} environmentId={environmentId} canChange={canChange} />
          <VariablesPanel
            scope={{
              owner: { kind: 'environment', id: environmentId },
              projectId,
              environmentId,
              canChange,
              isServing: false,
            }}
            view={view}
            onView={setView}
            onSaved={(what) => setSaved(`Saved: ${what} Services get it with their next deployment.`)}
          />
        </div>
      </DialogContent>
    </Dialog>
  );
}

/** Services with something that was not deployed yet: a click deploys them all. */
function WaitingServices({ projectId, environmentId, canChange }: Omit<SharedVariablesProps, 'onClose'>) {
  const overview = useOverview(projectId, environmentId);
  const deploy = useServiceAction(projectId, 'deploy');
  const waiting = (overview.data?.services ?? []).filter(
    ({ hasUndeployedChanges, status }) => hasUndeployedChanges && status !== 'deploying',
  );
  if (waiting.length === 0) return null;
  return (
    <Alert
      tone="info"
      action={
        canChange ? (
          <Button
            size="sm"
            busy={deploy.isPending}
            onClick={() => {
              for (const { id } of waiting) deploy.mutate(id);
            }}
          >
            {waiting.length === 1 ? 'Deploy it' : `Deploy ${waiting.length} services`}
          </Button>
        ) : null
      }
    >
      Not deployed yet:{' '}
      {waiting.map(({ id, name }, index) => (
        <span key={id}>
          {index === 0 ? '' : ', '}
          <UserText text={name} className="font-medium" />
        </span>
      ))}
    </Alert>
  );
}
