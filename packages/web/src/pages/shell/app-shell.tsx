import { Outlet } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { CommandPalette } from '../command-palette/index.ts';
import { SessionExpiredDialog } from './session-expired-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { TopBarSlotsContext } from './top-bar-slot.tsx';

/** Around every page of who is signed in. */
export function AppShell() {
  const [breadcrumb, setBreadcrumb] = useState<HTMLElement | null>(null);
  const [actions, setActions] = useState<HTMLElement | null>(null);
  const slots = useMemo(() => ({ breadcrumb, actions }), [breadcrumb, actions]);
  return (
    <TopBarSlotsContext value={slots}>
      <div className="flex min-h-dvh flex-col">
        <a
          href="#content"
          className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-fg focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
          onClick={(event) => {
            // Without the `#content` in the address, which would be a state to go back to.
            event.preventDefault();
            document.getElementById('content')?.focus();
          }}
        >
          Skip to the content
        </a>
        <TopBar setBreadcrumb={setBreadcrumb} setActions={setActions} />
        <main id="content" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Outlet />
        </main>
      </div>
      <CommandPalette />
      <SessionExpiredDialog />
    </TopBarSlotsContext>
  );
}
