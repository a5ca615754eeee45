import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { openCommandPalette } from '../command-palette/index.ts';
import { AccountMenu } from './account-menu.tsx';
import { Logo } from './logo.tsx';
import { OrganizationSwitcher } from './organization-switcher.tsx';

export interface TopBarProps {
  setBreadcrumb: (slot: HTMLElement | null) => void;
  setActions: (slot: HTMLElement | null) => void;
}

/** On top of every page: where one is, what can be searched, who one is. */
export function TopBar({ setBreadcrumb, setActions }: TopBarProps) {
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-1 border-b bg-surface px-2 sm:gap-2 sm:px-4">
      <Link to="/" className="rounded-md p-1" aria-label="Projects">
        <Logo withName={false} />
      </Link>
      <nav aria-label="Where you are" className="flex min-w-0 flex-1 items-center gap-1">
        <OrganizationSwitcher />
        <div ref={setBreadcrumb} className="flex min-w-0 items-center gap-1" />
      </nav>
      <div ref={setActions} className="flex shrink-0 items-center gap-2" />
      <Button onClick={openCommandPalette} aria-keyshortcuts="Control+K Meta+K" className="px-2 text-muted">
        <Search aria-hidden />
        <span className="sr-only lg:not-sr-only">Search</span>
        <span aria-hidden className="hidden sm:inline">
          <Kbd keys="Ctrl+K" />
        </span>
      </Button>
      <AccountMenu />
    </header>
  );
}
