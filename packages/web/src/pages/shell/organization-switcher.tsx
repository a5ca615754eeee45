import { useNavigate } from '@tanstack/react-router';
import { Building2, Check, ChevronsUpDown, Plus, Settings, Users } from 'lucide-react';
import { useState } from 'react';
import { useOrganizations } from '../../data/use-organizations.ts';
import { useMe, useSwitchOrganization } from '../../data/use-session.ts';
import { Button } from '../../ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { NewOrganizationDialog } from './new-organization-dialog.tsx';

/** Names the organization that one acts in, and leads to the others and to its pages. */
export function OrganizationSwitcher() {
  const { organization } = useMe();
  const [open, setOpen] = useState(false);
  const [creating, setCreating] = useState(false);
  const organizations = useOrganizations({ enabled: open });
  const switchOrganization = useSwitchOrganization();
  const navigate = useNavigate();

  const switchTo = (id: string): void => {
    // Its projects are others: the address one is at would not be found there.
    switchOrganization.mutate(id, { onSuccess: () => void navigate({ to: '/' }) });
  };
  return (
    <>
      <DropdownMenu open={open} onOpenChange={setOpen}>
        <DropdownMenuTrigger asChild>
          <Button
            variant="ghost"
            className="min-w-0 max-w-48 shrink px-2 [&>span]:min-w-0"
            busy={switchOrganization.isPending}
            aria-label={`Organization ${visibleText(organization.name)}`}
          >
            <Building2 aria-hidden className="sm:hidden" />
            <UserText text={organization.name} className="hidden truncate text-fg sm:inline" />
            <ChevronsUpDown aria-hidden className="text-subtle" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuLabel>Organization</DropdownMenuLabel>
          {(organizations.data ?? [organization]).map(({ id, name }) => (
            <DropdownMenuItem
              key={id}
              icon={<Check aria-hidden className={id === organization.id ? '' : 'invisible'} />}
              onSelect={() => {
                if (id !== organization.id) switchTo(id);
              }}
            >
              <UserText text={name} />
            </DropdownMenuItem>
          ))}
          <DropdownMenuSeparator />
          <DropdownMenuItem
            icon={<Users aria-hidden />}
            onSelect={() => void navigate({ to: '/organization/members' })}
          >
            Members
          </DropdownMenuItem>
          <DropdownMenuItem
            icon={<Settings aria-hidden />}
            onSelect={() => void navigate({ to: '/organization/settings' })}
          >
            Organization settings
          </DropdownMenuItem>
          <DropdownMenuItem icon={<Plus aria-hidden />} onSelect={() => setCreating(true)}>
            New organization…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <NewOrganizationDialog open={creating} onOpenChange={setCreating} onCreated={switchTo} />
    </>
  );
}
