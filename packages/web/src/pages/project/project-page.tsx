import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { LayoutGrid, Plus, Shapes } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useCanvas, useEnvironments, useMoveNodes, useOverview, useResetCanvas } from '../../data/use-overview.ts';
import { useProjectEvents } from '../../data/use-project-events.ts';
import { useProject } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import type { ProjectSearch } from '../../route-search.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Select } from '../../ui/select.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { UserText } from '../../ui/user-text.tsx';
import type { TabSearch } from '../service/index.ts';
import { ErrorPage, TopBarSlot, usePageTitle } from '../shell/index.ts';
import { NewServiceDialog } from './new-service/new-service-dialog.tsx';

// The heavy parts: 80 kB that the page itself does not wait for. The canvas is fetched while the overview is asked for.
void import('./canvas/service-canvas.tsx').catch(() => undefined);
const ServiceCanvas = lazy(async () => ({ default: (await import('./canvas/service-canvas.tsx')).ServiceCanvas }));
const ServiceDrawer = lazy(async () => ({ default: (await import('../service/index.ts')).ServiceDrawer }));

/** A project: the canvas of one of its environments, and the drawer of the service that the address names. */
export function ProjectPage() {
  const { projectId } = useParams({ from: '/shell/projects/$projectId' });
  const search = useSearch({ from: '/shell/projects/$projectId' });
  const project = useProject(projectId);
  const environments = useEnvironments(projectId);
  const environmentId = search.environment ?? environments.data?.items[0]?.id;
  useProjectEvents(projectId);
  usePageTitle(project.data?.name);
  if (project.error !== null) return <ErrorPage error={project.error} />;
  if (environmentId === undefined) return <Spinner />;
  return <EnvironmentCanvas key={environmentId} projectId={projectId} environmentId={environmentId} search={search} />;
}

function withoutAbsent(search: TabSearch): ProjectSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

interface EnvironmentCanvasProps {
  projectId: string;
  environmentId: string;
  search: ProjectSearch;
}

function EnvironmentCanvas({ projectId, environmentId, search }: EnvironmentCanvasProps) {
  const navigate = useNavigate({ from: '/projects/$projectId' });
  const overview = useOverview(projectId, environmentId);
  const canvas = useCanvas(projectId, environmentId);
  const move = useMoveNodes(projectId, environmentId);
  const canChange = useCan('developer');
  const [isAdding, setAdding] = useState(false);
  const go = (next: ProjectSearch) =>
    void navigate({ search: { ...(search.environment === undefined ? {} : { environment: environmentId }), ...next } });
  const service = overview.data?.services.find(({ id }) => id === search.service);
  const add = canChange ? (
    <Button variant="primary" size="sm" icon={<Plus />} onClick={() => setAdding(true)}>
      New service
    </Button>
  ) : null;
  return (
    <div className="relative min-h-0 flex-1">
      <Bar projectId={projectId} environmentId={environmentId} canChange={canChange}>
        {add}
      </Bar>
      {overview.error === null ? null : <ErrorPage error={overview.error} />}
      {overview.data === undefined || canvas.data === undefined ? null : overview.data.services.length === 0 ? (
        <EmptyState icon={<Shapes />} title="Nothing runs here yet" className="mx-auto mt-24 max-w-lg" action={add}>
          {canChange
            ? 'A service is made from a Git repository or from an example.'
            : 'Somebody with the role developer can add a service.'}
        </EmptyState>
      ) : (
        <Suspense fallback={null}>
          <ServiceCanvas
            overview={overview.data}
            positions={canvas.data.positions}
            selectedId={search.service}
            canMove={canChange}
            onOpen={(id) => go({ service: id })}
            onClose={() => go({})}
            onMoved={(positions) => move.mutate(positions)}
          />
        </Suspense>
      )}
      {service === undefined ? null : (
        <Suspense fallback={null}>
          <ServiceDrawer
            key={service.id}
            projectId={projectId}
            service={service}
            search={search}
            canChange={canChange}
            onClose={() => go({})}
            onSearch={(next) => go({ service: service.id, ...withoutAbsent({ tab: search.tab, ...next }) })}
          />
        </Suspense>
      )}
      <NewServiceDialog
        projectId={projectId}
        environmentId={environmentId}
        open={isAdding}
        onOpenChange={setAdding}
        onCreated={(id) => {
          setAdding(false);
          go({ service: id });
        }}
      />
    </div>
  );
}

function Bar(props: { projectId: string; environmentId: string; canChange: boolean; children: React.ReactNode }) {
  const { projectId, environmentId, canChange, children } = props;
  const navigate = useNavigate({ from: '/projects/$projectId' });
  const project = useProject(projectId);
  const environments = useEnvironments(projectId);
  const reset = useResetCanvas(projectId, environmentId);
  const items = environments.data?.items ?? [];
  return (
    <>
      <TopBarSlot>
        <UserText text={project.data?.name ?? ''} className="truncate font-medium text-sm" />
        {items.length < 2 ? null : (
          <Select
            size="sm"
            aria-label="Environment"
            value={environmentId}
            options={items.map(({ id, name }) => ({ value: id, label: name }))}
            onValueChange={(environment) => void navigate({ search: { environment } })}
          />
        )}
      </TopBarSlot>
      <div className="absolute top-3 right-3 z-10 flex gap-2">
        {canChange ? (
          <Button size="sm" icon={<LayoutGrid />} busy={reset.isPending} onClick={() => reset.mutate()}>
            Lay out
          </Button>
        ) : null}
        {children}
      </div>
    </>
  );
}
