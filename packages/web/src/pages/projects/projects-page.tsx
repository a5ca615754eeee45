import { FolderPlus, Plus, Search, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useProjects } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Input } from '../../ui/input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { type Command, useCommands } from '../command-palette/index.ts';
import { ErrorPage, usePageTitle } from '../shell/index.ts';
import { NewProjectDialog } from './new-project-dialog.tsx';
import { ProjectCard } from './project-card.tsx';
import { searchProjects } from './search-projects.ts';

const grid = 'grid gap-3 sm:grid-cols-2 lg:grid-cols-3';

/** All projects of the organization, and how they are. */
export function ProjectsPage() {
  usePageTitle('Projects');
  const projects = useProjects();
  const mayCreate = useCan('developer');
  const [search, setSearch] = useState('');
  const [creating, setCreating] = useState(false);
  useCommands(
    useMemo(
      (): readonly Command[] =>
        mayCreate
          ? [
              {
                id: 'new-project',
                title: 'New project',
                group: 'Actions',
                icon: <Plus aria-hidden />,
                run: () => setCreating(true),
              },
            ]
          : [],
      [mayCreate],
    ),
  );
  const all = projects.data ?? [];
  const found = searchProjects(all, search);
  if (projects.error !== null && projects.data === undefined) {
    return <ErrorPage error={projects.error} reset={() => void projects.refetch()} />;
  }
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-6 sm:py-8">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="mr-auto font-semibold text-2xl">Projects</h1>
        {all.length > 3 ? (
          <Input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            aria-label="Search projects"
            placeholder="Search"
            leading={<Search aria-hidden />}
            className="w-full sm:w-56"
          />
        ) : null}
        {mayCreate ? (
          <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setCreating(true)}>
            New project
          </Button>
        ) : null}
      </header>
      {projects.isPending ? (
        <div className={grid} aria-busy="true">
          {['a', 'b', 'c'].map((key) => (
            <Skeleton key={key} className="h-34 rounded-lg" />
          ))}
        </div>
      ) : all.length === 0 ? (
        <NoProjects mayCreate={mayCreate} onCreate={() => setCreating(true)} />
      ) : found.length === 0 ? (
        <EmptyState
          icon={<SearchX aria-hidden />}
          title="No project is called that"
          action={<Button onClick={() => setSearch('')}>Show all</Button>}
        />
      ) : (
        <ul className={grid}>
          {found.map((project) => (
            <li key={project.id} className="flex min-w-0">
              <ProjectCard project={project} />
            </li>
          ))}
        </ul>
      )}
      <NewProjectDialog open={creating} onOpenChange={setCreating} />
    </div>
  );
}

function NoProjects({ mayCreate, onCreate }: { mayCreate: boolean; onCreate: () => void }) {
  return (
    <EmptyState
      icon={<FolderPlus aria-hidden />}
      title="No projects yet"
      action={
        mayCreate ? (
          <Button variant="primary" icon={<Plus aria-hidden />} onClick={onCreate}>
            New project
          </Button>
        ) : undefined
      }
    >
      {mayCreate
        ? 'A project holds services that belong together. Make one, then deploy from a Git repository, an upload or an example.'
        : 'Nobody has made one in this organization. Your role is to look; ask a developer to make one.'}
    </EmptyState>
  );
}
