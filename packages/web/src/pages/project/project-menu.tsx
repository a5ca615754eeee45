import { useNavigate } from '@tanstack/react-router';
import { ChevronDown, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useProject, useProjects } from '../../data/use-projects.ts';
import { useCan } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../../ui/dropdown-menu.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { DeleteProjectDialog, EditProjectDialog } from '../projects/index.ts';

/** The project's name in the top bar, and what can be done to the project. */
export function ProjectMenu({ projectId }: { projectId: string }) {
  const project = useProject(projectId);
  const canChange = useCan('developer');
  const canDelete = useCan('admin');
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const close = (): void => setDialog(undefined);
  const name = project.data?.name ?? '';
  if (!canChange || project.data === undefined)
    return <UserText text={name} className="truncate font-medium text-sm" />;
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm" variant="ghost" aria-label={`Project: ${name}`} className="min-w-0 shrink text-fg">
            <UserText text={name} className="max-w-24 truncate sm:max-w-60" />
            <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog('edit')}>
            Rename…
          </DropdownMenuItem>
          {canDelete ? (
            <DropdownMenuItem icon={<Trash2 aria-hidden />} tone="danger" onSelect={() => setDialog('delete')}>
              Delete…
            </DropdownMenuItem>
          ) : null}
        </DropdownMenuContent>
      </DropdownMenu>
      <EditProjectDialog project={project.data} open={dialog === 'edit'} onClose={close} />
      {dialog === 'delete' ? <DeleteThisProject projectId={projectId} onClose={close} /> : null}
    </>
  );
}

/** The list of projects knows what would be lost. */
function DeleteThisProject({ projectId, onClose }: { projectId: string; onClose: () => void }) {
  const navigate = useNavigate();
  const project = useProjects().data?.find(({ id }) => id === projectId);
  if (project === undefined) return null;
  return <DeleteProjectDialog project={project} open onClose={onClose} onDeleted={() => void navigate({ to: '/' })} />;
}
