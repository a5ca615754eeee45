import { Copy, LogOut, Menu, MoreHorizontal, Play, Settings, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import {
  ContextMenu,
  ContextMenuContent,
  ContextMenuItem,
  ContextMenuLabel,
  ContextMenuSeparator,
  ContextMenuTrigger,
} from '../../ui/context-menu.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuSub,
  DropdownMenuSubContent,
  DropdownMenuSubTrigger,
  DropdownMenuTrigger,
} from '../../ui/dropdown-menu.tsx';
import { Field } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Input } from '../../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../ui/popover.tsx';
import { Sheet, SheetContent, SheetTrigger } from '../../ui/sheet.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../../ui/tabs.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { DialogSpecimens } from './dialog-specimens.tsx';
import { galleryToasts } from './gallery-toasts.ts';
import { Section, Specimen } from './specimen.tsx';

export function OverlaySection() {
  return (
    <Section id="overlays" title="Overlays">
      <DialogSpecimens />
      <Specimen name="Drawer, Sheet, Popover, Tooltip">
        <DrawerSpecimen />
        <Sheet>
          <SheetTrigger asChild>
            <Button icon={<Menu aria-hidden />}>Sheet</Button>
          </SheetTrigger>
          <SheetContent title="Menu">
            <p className="px-2 py-1 text-sm">Projects</p>
            <p className="px-2 py-1 text-sm">Members</p>
          </SheetContent>
        </Sheet>
        <Popover>
          <PopoverTrigger asChild>
            <Button>Popover</Button>
          </PopoverTrigger>
          <PopoverContent aria-label="Scale">
            <Field label="Replicas">
              <Input defaultValue="2" />
            </Field>
          </PopoverContent>
        </Popover>
        <Tooltip content="Starts a new deployment" shortcut="D">
          <Button>Tooltip</Button>
        </Tooltip>
      </Specimen>
      <Specimen name="DropdownMenu, ContextMenu">
        <MenuSpecimen />
      </Specimen>
      <Specimen name="Toasts">
        <Button
          onClick={() =>
            galleryToasts.show({ tone: 'success', title: 'Variables saved', description: 'Deploy to use them.' })
          }
        >
          Success
        </Button>
        <Button
          onClick={() =>
            galleryToasts.show({
              title: 'DATABASE_URL deleted',
              action: {
                label: 'Undo',
                onSelect: () => galleryToasts.show({ tone: 'info', title: 'DATABASE_URL is back' }),
              },
            })
          }
        >
          With undo
        </Button>
        <Button
          onClick={() =>
            galleryToasts.show({
              tone: 'danger',
              title: 'The position was not saved',
              description: 'The server cannot be reached. It is put back.',
              requestId: '01JD3K8Z7R2M5C0V9H4T6W1X8Y',
            })
          }
        >
          Failure
        </Button>
      </Specimen>
      <TabsSpecimen />
    </Section>
  );
}

function DrawerSpecimen() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Drawer</Button>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        title="api"
        subtitle={<StatusBadge status="running" />}
        actions={<IconButton label="Settings" icon={<Settings />} />}
      >
        <p className="px-5 py-3 text-muted text-sm">The page behind stays usable; drag the left edge.</p>
      </Drawer>
    </>
  );
}

function MenuSpecimen() {
  const [sort, setSort] = useState('name');
  const [minimap, setMinimap] = useState(true);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <IconButton label="More" variant="secondary" icon={<MoreHorizontal />} />
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuLabel>Service</DropdownMenuLabel>
          <DropdownMenuItem icon={<Play aria-hidden />} shortcut="D">
            Deploy
          </DropdownMenuItem>
          <DropdownMenuItem icon={<Copy aria-hidden />} disabled>
            Duplicate
          </DropdownMenuItem>
          <DropdownMenuCheckboxItem checked={minimap} onCheckedChange={setMinimap}>
            Minimap
          </DropdownMenuCheckboxItem>
          <DropdownMenuSub>
            <DropdownMenuSubTrigger icon={<Settings aria-hidden />}>Sort by</DropdownMenuSubTrigger>
            <DropdownMenuSubContent>
              <DropdownMenuRadioGroup value={sort} onValueChange={setSort}>
                <DropdownMenuRadioItem value="name">Name</DropdownMenuRadioItem>
                <DropdownMenuRadioItem value="status">Status</DropdownMenuRadioItem>
              </DropdownMenuRadioGroup>
            </DropdownMenuSubContent>
          </DropdownMenuSub>
          <DropdownMenuSeparator />
          <DropdownMenuItem icon={<Trash2 aria-hidden />} tone="danger">
            Delete…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <ContextMenu>
        <ContextMenuTrigger asChild>
          <div className="flex h-16 flex-1 items-center justify-center rounded-md border border-dashed text-muted text-sm">
            Right click here
          </div>
        </ContextMenuTrigger>
        <ContextMenuContent>
          <ContextMenuLabel>api</ContextMenuLabel>
          <ContextMenuItem icon={<Play aria-hidden />}>Deploy</ContextMenuItem>
          <ContextMenuSeparator />
          <ContextMenuItem icon={<LogOut aria-hidden />} tone="danger">
            Remove from canvas
          </ContextMenuItem>
        </ContextMenuContent>
      </ContextMenu>
    </>
  );
}

function TabsSpecimen() {
  const [tab, setTab] = useState('deployments');
  return (
    <Specimen name="Tabs" stack>
      <Tabs value={tab} onValueChange={setTab}>
        <TabList aria-label="Service">
          {['deployments', 'logs', 'variables', 'metrics', 'settings', 'terminal'].map((name) => (
            <Tab key={name} value={name} className="capitalize">
              {name}
            </Tab>
          ))}
        </TabList>
        {['deployments', 'logs', 'variables', 'metrics', 'settings', 'terminal'].map((name) => (
          <TabPanel key={name} value={name} className="py-3 text-muted text-sm">
            What {name} shows.
          </TabPanel>
        ))}
      </Tabs>
    </Specimen>
  );
}
