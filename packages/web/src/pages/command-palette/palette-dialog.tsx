import { Command as Cmdk } from 'cmdk';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { Kbd } from '../../ui/kbd.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type Command, useAllCommands } from './command-registry.ts';
import { useEverywhereCommands } from './everywhere-commands.tsx';
import { offeredCommands } from './offered-commands.ts';

const groups: readonly Command['group'][] = ['Actions', 'Services', 'Cloud resources', 'Projects', 'Pages'];

/** Finds and does everything: what the page has registered, and what is the same on every page. */
export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const everywhere = useEverywhereCommands();
  const registered = useAllCommands();
  const known = new Set(registered.map(({ id }) => id));
  const [search, setSearch] = useState('');
  const offered = offeredCommands([...registered, ...everywhere.filter(({ id }) => !known.has(id))], search);
  return (
    <Cmdk.Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      label="Commands"
      overlayClassName="fixed inset-0 z-50 animate-fade-in bg-backdrop"
      contentClassName="fixed inset-x-3 top-[10vh] z-50 mx-auto max-w-xl animate-pop-in overflow-hidden rounded-xl border bg-raised shadow-raised"
      loop
    >
      <div className="flex items-center gap-2 border-b px-3">
        <Search aria-hidden className="size-4 shrink-0 text-subtle" />
        <Cmdk.Input
          value={search}
          onValueChange={setSearch}
          placeholder="Search projects, services, pages and actions"
          className="h-11 w-full min-w-0 bg-transparent text-base outline-none"
        />
      </div>
      <Cmdk.List className="max-h-[min(26rem,60vh)] overflow-y-auto p-1">
        <Cmdk.Empty className="px-3 py-8 text-center text-muted text-sm">
          Nothing is called that. Try part of a name.
        </Cmdk.Empty>
        {groups.map((group) => {
          const entries = offered.filter((command) => command.group === group);
          return entries.length === 0 ? null : (
            <Cmdk.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-subtle [&_[cmdk-group-heading]]:text-xs"
            >
              {entries.map((command) => (
                <PaletteItem key={command.id} command={command} onClose={onClose} />
              ))}
            </Cmdk.Group>
          );
        })}
      </Cmdk.List>
    </Cmdk.Dialog>
  );
}

function PaletteItem({ command, onClose }: { command: Command; onClose: () => void }) {
  const { id, title, icon, detail, keywords = [], shortcut, run } = command;
  return (
    <Cmdk.Item
      value={id}
      keywords={[title, ...(detail === undefined ? [] : [detail]), ...keywords]}
      onSelect={() => {
        // First: what it opens shall have the focus, which the palette gives back when it closes.
        onClose();
        run();
      }}
      className="flex min-h-9 items-center gap-2 rounded-md px-2 py-1 text-sm aria-selected:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted"
    >
      {icon}
      <bdi className="min-w-0 flex-1 truncate">{visibleText(title, false)}</bdi>
      {detail === undefined ? null : (
        <bdi className="max-w-40 truncate text-subtle text-xs">{visibleText(detail, false)}</bdi>
      )}
      {shortcut === undefined ? null : <Kbd keys={shortcut} />}
    </Cmdk.Item>
  );
}
