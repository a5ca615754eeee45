import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import { Boxes, History, KeyRound, ScrollText, Server, Settings, Users, Vault } from 'lucide-react';
import { useCan, useMe } from '../../data/use-session.ts';
import { showCurrent } from '../../ui/show-current.ts';
import { UserText } from '../../ui/user-text.tsx';

const linkClasses =
  'relative inline-flex h-10 shrink-0 items-center gap-2 whitespace-nowrap px-3 text-muted text-sm transition-colors hover:text-fg focus-visible:-outline-offset-2 ' +
  'aria-[current=page]:font-medium aria-[current=page]:text-fg [&_svg]:size-4 ' +
  "after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full aria-[current=page]:after:bg-accent after:content-['']";

/** Around the pages about the organization that one acts in: its name, and the way from one to the next. */
export function OrganizationLayout() {
  const { organization, isOperator } = useMe();
  const isAdmin = useCan('admin');
  // Modules make kinds of cloud resources, and the way to them begins there.
  const isAmongResources = useMatchRoute()({ to: '/organization/modules' }) !== false;
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 px-4 py-5 sm:py-6">
      <div className="flex flex-col gap-2">
        {/* Where the window is narrow the top bar has no room for it. */}
        <UserText text={organization.name} className="truncate text-muted text-sm sm:hidden" />
        <div className="border-b">
          <nav
            ref={showCurrent}
            aria-label="Organization"
            className="-mx-3 -mb-px flex gap-1 overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
          >
            <Link to="/organization/members" className={linkClasses}>
              <Users aria-hidden />
              Members
            </Link>
            <Link to="/organization/tokens" className={linkClasses}>
              <KeyRound aria-hidden />
              API tokens
            </Link>
            <Link
              to="/organization/resources"
              className={linkClasses}
              activeOptions={{ includeSearch: false }}
              {...(isAmongResources ? { 'aria-current': 'page' } : {})}
            >
              <Boxes aria-hidden />
              Cloud resources
            </Link>
            <Link to="/organization/credentials" className={linkClasses}>
              <Vault aria-hidden />
              Credentials
            </Link>
            <Link to="/organization/stack-updates" className={linkClasses} activeOptions={{ includeSearch: false }}>
              <History aria-hidden />
              Stack updates
            </Link>
            {isAdmin ? (
              <Link to="/organization/audit" className={linkClasses} activeOptions={{ includeSearch: false }}>
                <ScrollText aria-hidden />
                Audit log
              </Link>
            ) : null}
            <Link to="/organization/settings" className={linkClasses}>
              <Settings aria-hidden />
              Settings
            </Link>
            {isOperator ? (
              <Link to="/organization/platform" className={linkClasses}>
                <Server aria-hidden />
                Platform
              </Link>
            ) : null}
          </nav>
        </div>
      </div>
      <Outlet />
    </div>
  );
}
