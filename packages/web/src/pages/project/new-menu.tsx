import { Cloud, Plus, Server } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '../../ui/dropdown-menu.tsx';

/** What can be added to an environment. */
export type NewThing = 'service' | 'cloud-resource';

/** Asks what is to be added. */
export function NewMenu({ onNew }: { onNew: (what: NewThing) => void }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="primary" size="sm" icon={<Plus aria-hidden />}>
          New
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem icon={<Server aria-hidden />} onSelect={() => onNew('service')}>
          Service…
        </DropdownMenuItem>
        <DropdownMenuItem icon={<Cloud aria-hidden />} onSelect={() => onNew('cloud-resource')}>
          Cloud resource…
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
