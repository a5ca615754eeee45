import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { isUnderWay, useCancelDeployment, useDeployment } from '../../../data/use-deployments.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { StepsList } from '../../../ui/steps-list.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { DeploymentOutput } from './deployment-output.tsx';

export interface DeploymentViewProps {
  deploymentId: string;
  serviceId: string;
  /** Whether the user may cancel it. */
  canChange: boolean;
  onBack: () => void;
}

/** One deployment: what became of it and why, its steps with their times, and what it wrote. */
export function DeploymentView({ deploymentId, serviceId, canChange, onBack }: DeploymentViewProps) {
  const { data: deployment } = useDeployment(deploymentId);
  const cancel = useCancelDeployment(serviceId);
  const [step, setStep] = useState<string>();
  if (deployment === undefined) return <Skeleton className="m-5 h-64" />;
  const { status, reason, commit, number, steps = [] } = deployment;
  const underWay = isUnderWay(deployment);
  return (
    <div className="flex flex-col gap-4 overflow-y-auto px-5 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <Button size="sm" variant="ghost" icon={<ArrowLeft />} onClick={onBack}>
          All deployments
        </Button>
        <h3 className="font-medium">Deployment #{number}</h3>
        <StatusBadge status={underWay ? 'deploying' : status} />
        <RelativeTime at={deployment.createdAt} className="text-muted text-sm" />
        {underWay && canChange ? (
          <Button size="sm" className="ml-auto" busy={cancel.isPending} onClick={() => cancel.mutate(deploymentId)}>
            Cancel
          </Button>
        ) : null}
      </div>
      {commit === null ? null : (
        <p className="text-sm">
          <code className="text-muted">{commit.sha.slice(0, 8)}</code> <UserText text={commit.message ?? ''} />
        </p>
      )}
      {reason !== null && status === 'failed' ? (
        <div role="alert">
          <Alert tone="danger" title="This deployment failed">
            <UserText text={reason} />
          </Alert>
        </div>
      ) : null}
      <StepsList
        label="Steps"
        items={steps.map((item) => ({ ...item, id: item.name, label: item.name }))}
        selectedId={step}
        onSelect={(id) => setStep(id === step ? undefined : id)}
      />
      <h4 className="font-medium text-sm">{step === undefined ? 'Output' : `Output of ${step}`}</h4>
      <DeploymentOutput runId={deployment.runId} step={step} underWay={underWay} />
    </div>
  );
}
