import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Cloud, Plus, Shapes } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useEnvironments } from '../../data/use-environments.ts';
import { useCanvas, useOverview } from '../../data/use-overview.ts';
import { useProjectEvents } from '../../data/use-project-events.ts';
import { useProject } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import type { ProjectSearch } from '../../route-search.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { ErrorPage, TopBarSlot, usePageTitle } from '../shell/index.ts';
import { EnvironmentSwitcher } from './environments/environment-switcher.tsx';
import { SharedVariablesButton } from './environments/shared-variables-button.tsx';
import type { NewThing } from './new-menu.tsx';
import { ProjectMenu } from './project-menu.tsx';

// The heavy parts: 80 kB that the page itself does not wait for. The canvas is fetched while the overview is asked for.
void import('./canvas/workspace.tsx').catch(() => undefined);
const Workspace = lazy(async () => ({ default: (await import('./canvas/workspace.tsx')).Workspace }));
const NewServiceDialog = lazy(async () => ({
  default: (await import('./new-service/new-service-dialog.tsx')).NewServiceDialog,
}));

const NewCloudResourceDrawer = lazy(async () => ({
  default: (await import('../cloud-resource/index.ts')).NewCloudResourceDrawer,
}));

/** A project: the canvas of one of its environments, and the drawer of what the address names. */
export function ProjectPage() {
  const { projectId } = useParams({ from: '/shell/projects/$projectId' });
  const search = useSearch({ from: '/shell/projects/$projectId' });
  const navigate = useNavigate({ from: '/projects/$projectId' });
  const project = useProject(projectId);
  const environments = useEnvironments(projectId);
  const environmentId = search.environment ?? environments.data?.items[0]?.id;
  useProjectEvents(projectId);
  usePageTitle(project.data?.name);
  if (project.error !== null) return <ErrorPage error={project.error} />;
  if (environmentId === undefined) return <Spinner />;
  return (
    <>
      <TopBarSlot>
        <ProjectMenu projectId={projectId} />
        {/* After the name, which would push it away. */}
        {project.data === undefined ? null : (
          <EnvironmentSwitcher
            projectId={projectId}
            environmentId={environmentId}
            onSwitch={(environment) => void navigate({ search: environment === undefined ? {} : { environment } })}
          />
        )}
      </TopBarSlot>
      <TopBarSlot place="actions">
        <SharedVariablesButton key={environmentId} projectId={projectId} environmentId={environmentId} />
      </TopBarSlot>
      <EnvironmentCanvas key={environmentId} projectId={projectId} environmentId={environmentId} search={search} />
    </>
  );
}

interface EnvironmentCanvasProps {
  projectId: string;
  environmentId: string;
  search: ProjectSearch;
}

function EnvironmentCanvas({ projectId, environmentId, search }: EnvironmentCanvasProps) {
  const navigate = useNavigate({ from: '/projects/$projectId' });
  const overview = useOverview(projectId, environmentId);
  const positions = useCanvas(projectId, environmentId);
  const canChange = useCan('developer');
  const [adding, setAdding] = useState<NewThing>();
  const go = (next: ProjectSearch) =>
    void navigate({ search: { ...(search.environment === undefined ? {} : { environment: environmentId }), ...next } });
  const isEmpty = overview.data?.services.length === 0 && overview.data.cloudResources.length === 0;
  return (
    <div className="relative min-h-0 flex-1">
      {overview.error === null || overview.data !== undefined ? null : <ErrorPage error={overview.error} />}
      {isEmpty ? <NothingYet canChange={canChange} onNew={setAdding} /> : null}
      {overview.data === undefined || positions === undefined || isEmpty ? null : (
        <Suspense fallback={null}>
          <Workspace
            projectId={projectId}
            environmentId={environmentId}
            overview={overview.data}
            positions={positions}
            search={search}
            canChange={canChange}
            go={go}
            onNew={setAdding}
          />
        </Suspense>
      )}
      <Suspense fallback={null}>
        {adding === 'service' ? (
          <NewServiceDialog
            projectId={projectId}
            environmentId={environmentId}
            onClose={() => setAdding(undefined)}
            onCreated={(id) => {
              setAdding(undefined);
              go({ service: id });
            }}
          />
        ) : null}
        {adding === 'cloud-resource' ? (
          <NewCloudResourceDrawer
            projectId={projectId}
            environmentId={environmentId}
            onClose={() => setAdding(undefined)}
            onCreated={(id) => {
              setAdding(undefined);
              go({ resource: id, tab: 'updates' });
            }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}

function NothingYet({ canChange, onNew }: { canChange: boolean; onNew: (what: NewThing) => void }) {
  const action = (
    <>
      <Button variant="primary" size="sm" icon={<Plus aria-hidden />} onClick={() => onNew('service')}>
        New service
      </Button>
      <Button size="sm" icon={<Cloud aria-hidden />} onClick={() => onNew('cloud-resource')}>
        New cloud resource
      </Button>
    </>
  );
  return (
    <div className="px-4">
      <EmptyState
        icon={<Shapes aria-hidden />}
        title="Nothing runs here yet"
        className="mx-auto mt-24 max-w-lg"
        action={canChange ? action : undefined}
      >
        {canChange
          ? 'A service is made from a Git repository, a folder that you upload, or an example; a cloud resource from a manifest.'
          : 'Somebody with the role developer can add a service or a cloud resource.'}
      </EmptyState>
    </div>
  );
}
