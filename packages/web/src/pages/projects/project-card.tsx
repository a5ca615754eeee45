import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ProjectSummary } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../../ui/dropdown-menu.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { DeleteProjectDialog } from './delete-project-dialog.tsx';
import { EditProjectDialog } from './edit-project-dialog.tsx';
import { ProjectHealth } from './project-health.tsx';

/** One project in the list: the whole card leads to it. */
export function ProjectCard({ project }: { project: ProjectSummary }) {
  const mayChange = useCan('developer');
  const mayDelete = useCan('admin');
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const { id, name, description, environments, health } = project;
  return (
    <article className="relative flex min-h-34 w-full min-w-0 flex-col gap-1 rounded-lg border bg-surface p-4 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 truncate text-base">
          {/* The link's own box is stretched over the card; what else can be pressed lies above it. */}
          <Link
            to="/projects/$projectId"
            params={{ projectId: id }}
            className="rounded-sm after:absolute after:inset-0 after:rounded-lg"
          >
            <UserText text={name} />
          </Link>
        </h2>
        {mayChange ? (
          <DropdownMenu>
            <DropdownMenuTrigger asChild>
              <IconButton
                label={`More about ${name}`}
                plain
                icon={<Ellipsis aria-hidden />}
                className="relative -mt-1.5 -mr-2"
              />
            </DropdownMenuTrigger>
            <DropdownMenuContent align="end">
              <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen('edit')}>
                Rename…
              </DropdownMenuItem>
              {mayDelete ? (
                <DropdownMenuItem icon={<Trash2 aria-hidden />} tone="danger" onSelect={() => setOpen('delete')}>
                  Delete…
                </DropdownMenuItem>
              ) : null}
            </DropdownMenuContent>
          </DropdownMenu>
        ) : null}
      </div>
      <p className="line-clamp-2 flex-1 break-words text-muted text-sm">
        <UserText text={description} />
      </p>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2">
        <ProjectHealth health={health} />
        <span className="text-subtle text-xs">
          {environments.length === 1 ? '1 environment' : `${environments.length} environments`}
        </span>
      </div>
      <EditProjectDialog project={project} open={open === 'edit'} onClose={() => setOpen(undefined)} />
      <DeleteProjectDialog project={project} open={open === 'delete'} onClose={() => setOpen(undefined)} />
    </article>
  );
}
