import { Check, ChevronDown, Pencil, Plus, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type Environment, useEnvironments } from '../../../data/use-environments.ts';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../../ui/dropdown-menu.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { DeleteEnvironmentDialog } from './delete-environment-dialog.tsx';
import { EnvironmentDialog } from './environment-dialog.tsx';
import { EnvironmentSettingsDialog } from './environment-settings-dialog.tsx';

export interface EnvironmentSwitcherProps {
  projectId: string;
  environmentId: string;
  /** Undefined for the project's first one. */
  onSwitch: (environmentId: string | undefined) => void;
}

/** Which environment of the project is looked at, and what can be done to it. */
export function EnvironmentSwitcher({ projectId, environmentId, onSwitch }: EnvironmentSwitcherProps) {
  const environments = useEnvironments(projectId);
  const canChange = useCan('developer');
  const canDelete = useCan('admin');
  const [dialog, setDialog] = useState<'new' | 'rename' | 'settings' | 'delete'>();
  const items = environments.data?.items ?? [];
  const current = items.find(({ id }) => id === environmentId);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm" variant="ghost" aria-label={`Environment: ${current?.name ?? 'unknown'}`}>
            <UserText text={current?.name ?? '…'} className="max-w-32 truncate" />
            <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuLabel>Environments</DropdownMenuLabel>
          {items.map(({ id, name }) => (
            <DropdownMenuItem
              key={id}
              icon={<Check aria-hidden className={id === environmentId ? '' : 'invisible'} />}
              aria-current={id === environmentId}
              onSelect={() => onSwitch(id)}
            >
              <UserText text={name} />
            </DropdownMenuItem>
          ))}
          <DropdownMenuSeparator />
          {canChange ? (
            <>
              <DropdownMenuItem icon={<Plus aria-hidden />} onSelect={() => setDialog('new')}>
                New environment…
              </DropdownMenuItem>
              <DropdownMenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog('rename')}>
                Rename…
              </DropdownMenuItem>
            </>
          ) : null}
          <DropdownMenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => setDialog('settings')}>
            Settings…
          </DropdownMenuItem>
          {canDelete && items.length > 1 ? (
            <DropdownMenuItem icon={<Trash2 aria-hidden />} tone="danger" onSelect={() => setDialog('delete')}>
              Delete…
            </DropdownMenuItem>
          ) : null}
        </DropdownMenuContent>
      </DropdownMenu>
      <EnvironmentDialogs
        dialog={dialog}
        projectId={projectId}
        environment={current}
        onClose={close}
        onSwitch={onSwitch}
      />
    </>
  );
}

interface EnvironmentDialogsProps {
  dialog: 'new' | 'rename' | 'settings' | 'delete' | undefined;
  projectId: string;
  environment: Environment | undefined;
  onClose: () => void;
  onSwitch: (environmentId: string | undefined) => void;
}

function EnvironmentDialogs({ dialog, projectId, environment, onClose, onSwitch }: EnvironmentDialogsProps) {
  if (dialog === 'new') return <EnvironmentDialog projectId={projectId} onClose={onClose} onCreated={onSwitch} />;
  if (environment === undefined) return null;
  if (dialog === 'rename')
    return <EnvironmentDialog projectId={projectId} environment={environment} onClose={onClose} />;
  if (dialog === 'settings')
    return <EnvironmentSettingsDialog projectId={projectId} environment={environment} onClose={onClose} />;
  if (dialog === 'delete') {
    return (
      <DeleteEnvironmentDialog
        projectId={projectId}
        environment={environment}
        onClose={onClose}
        onDeleted={() => onSwitch(undefined)}
      />
    );
  }
  return null;
}
