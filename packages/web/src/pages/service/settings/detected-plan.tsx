import { useDeployments } from '../../../data/use-deployments.ts';
import { usePlanLines } from '../../../data/use-service-settings.ts';
import { UserText } from '../../../ui/user-text.tsx';

/** What the newest deployment that got that far found out about the source. */
export function DetectedPlan({ serviceId }: { serviceId: string }) {
  const deployments = useDeployments(serviceId);
  // A deployment has an artifact or a failure of its own only after its plan; a rollback plans nothing.
  const planned = deployments.data?.items.find(({ trigger, status }) => trigger !== 'rollback' && status !== 'queued');
  const plan = usePlanLines(planned?.runId);
  if (planned === undefined || plan.data === undefined || plan.data.length === 0) return null;
  return (
    <section aria-label="What davit detected" className="rounded-lg border bg-sunken px-3 py-2.5">
      <h4 className="text-sm">
        What davit detected <span className="font-normal text-muted">in deployment #{planned.number}</span>
      </h4>
      <ul className="mt-1 list-disc pl-5 text-muted text-sm">
        {plan.data.map((line, index) => (
          // lines of a run never change places
          <li key={index} className="break-words">
            <UserText text={line} />
          </li>
        ))}
      </ul>
    </section>
  );
}
