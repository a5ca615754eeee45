import { useServiceAction } from '../../../data/use-services.ts';
import { toasts } from '../../../ui/toast-store.ts';
import type { ServiceTabProps } from '../service-tab.ts';
import { findVariableView, VariablesPanel } from './variables-panel.tsx';

/** The variables of a service. What is saved can be deployed by one click. */
export function VariablesTab({ projectId, service, search, canChange, onSearch }: ServiceTabProps) {
  const deploy = useServiceAction(projectId, 'deploy');
  const wasDeployed = service.latestDeployment !== null;
  function tell(what: string): void {
    toasts.show({
      id: `variables-${service.id}`,
      tone: 'success',
      title: 'Saved',
      description: `${what} It takes effect with the ${wasDeployed ? 'next' : 'first'} deployment.`,
      ...(wasDeployed ? { action: { label: 'Deploy now', onSelect: deployNow } } : {}),
    });
  }
  function deployNow(): void {
    deploy.mutate(service.id, { onSuccess: () => onSearch({ tab: 'deployments' }) });
  }
  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-5">
      <VariablesPanel
        scope={{
          owner: { kind: 'service', id: service.id },
          projectId,
          environmentId: service.environmentId,
          canChange,
          isServing: service.activeDeployment !== null,
        }}
        view={findVariableView(search.view)}
        onView={(view) => onSearch({ view: view === 'table' ? undefined : view })}
        onSaved={tell}
      />
    </div>
  );
}
