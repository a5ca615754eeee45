import { useCallback, useState } from 'react';
import {
  isUnderWay,
  type RollbackCandidate,
  useDeployment,
  useRollbackCandidates,
} from '../../../data/use-deployments.ts';
import { useRun } from '../../../data/use-run-output.ts';
import type { LineAddress } from '../../../line-address.ts';
import { Advice } from '../../../ui/advice.tsx';
import { Alert } from '../../../ui/alert.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { StepsList } from '../../../ui/steps-list.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { RunLog } from '../../run-log/index.ts';
import type { TabSearch } from '../service-tab.ts';
import { BuildSummary } from './build-summary.tsx';
import { DeploymentHeader } from './deployment-header.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export interface DeploymentViewProps {
  deploymentId: string;
  serviceId: string;
  /** Whether the user may cancel it, or deploy it again. */
  canChange: boolean;
  /** Of the address: the step and the line that are looked at. */
  step: string | undefined;
  line: LineAddress | undefined;
  onSearch: (search: TabSearch) => void;
}

/** One deployment: what became of it and why, its steps with their times, and what it wrote. */
export function DeploymentView(props: DeploymentViewProps) {
  const { deploymentId, serviceId, canChange, step, line, onSearch } = props;
  const { data: deployment, error } = useDeployment(deploymentId);
  const { data: candidates } = useRollbackCandidates(serviceId);
  const [goingBackTo, setGoingBackTo] = useState<RollbackCandidate>();
  const onLine = useCallback(
    (next: LineAddress) => onSearch({ deployment: deploymentId, step, line: next }),
    [onSearch, deploymentId, step],
  );
  const open = (id: string): void => onSearch({ deployment: id });
  if (deployment === undefined) {
    return error === null ? (
      <Skeleton className="m-5 h-64" />
    ) : (
      <Alert tone="danger" title="This deployment cannot be shown" className="m-5">
        {error.message}
      </Alert>
    );
  }
  const candidate = candidates?.items.find(({ id }) => id === deployment.id);
  const { status, reason, hint, trigger } = deployment;
  const build = deployment.build ?? undefined;
  const isToBeBuilt = isUnderWay(deployment) && trigger !== 'rollback';
  return (
    <div className="@container flex flex-1 flex-col">
      <DeploymentHeader
        deployment={deployment}
        canChange={canChange}
        onBack={() => onSearch({})}
        onOpen={open}
        onRollback={candidate === undefined ? undefined : () => setGoingBackTo(candidate)}
      />
      {reason !== null && (status === 'failed' || status === 'canceled' || status === 'superseded') ? (
        <div role="alert" className="px-4 pb-3 md:px-5">
          <Alert tone={status === 'failed' ? 'danger' : 'neutral'} title={endings[status]}>
            <UserText text={reason} />
            <Advice hint={hint} />
          </Alert>
        </div>
      ) : null}
      {build !== undefined || isToBeBuilt ? <BuildSummary build={build} /> : null}
      <RunView
        runId={deployment.runId}
        reason={reason}
        underWay={isUnderWay(deployment)}
        step={step}
        line={line}
        onStep={(next) => onSearch({ deployment: deploymentId, step: next })}
        onLine={onLine}
      />
      <RollbackDialog serviceId={serviceId} to={goingBackTo} onClose={() => setGoingBackTo(undefined)} onBegun={open} />
    </div>
  );
}

const endings = {
  failed: 'This deployment failed',
  canceled: 'This deployment was canceled',
  superseded: 'A newer deployment took its place',
} as const;

interface RunViewProps {
  runId: string;
  /** What is said above of the whole: no step says it again. */
  reason: string | null;
  underWay: boolean;
  step: string | undefined;
  line: LineAddress | undefined;
  onStep: (step: string | undefined) => void;
  onLine: (line: LineAddress) => void;
}

/** The steps of a run beside what it wrote; one below the other where there is no room. */
function RunView({ runId, reason, step, line, onStep, onLine }: RunViewProps) {
  const { data: run } = useRun(runId);
  if (run === undefined) return <Skeleton className="m-5 min-h-96" />;
  return (
    <div className="flex flex-1 flex-col border-t @2xl:flex-row">
      <StepsList
        label="Steps"
        className="shrink-0 px-2 py-2 @2xl:w-56 @2xl:overflow-y-auto"
        items={run.steps.map((item) => ({
          ...item,
          id: item.name,
          label: item.name,
          detail: item.detail === null || item.detail === reason ? undefined : item.detail,
        }))}
        selectedId={step}
        onSelect={(id) => onStep(id === step ? undefined : id)}
      />
      <div className="flex min-h-96 min-w-0 flex-1 flex-col border-t @2xl:border-t-0 @2xl:border-l">
        <RunLog key={runId} label="Output of the deployment" run={run} step={step} line={line} onLine={onLine} />
      </div>
    </div>
  );
}
