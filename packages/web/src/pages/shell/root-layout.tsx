import { Outlet } from '@tanstack/react-router';
import { Toaster } from '../../ui/toaster.tsx';
import { AwayBanner } from './away-banner.tsx';
import { useNotices } from './notice-bridge.ts';
import { useCurrentTitle } from './page-title.ts';

/** What is around every page, signed in or not. */
export function RootLayout() {
  useNotices();
  return (
    <>
      <AwayBanner />
      <Outlet />
      <Toaster />
      <RouteAnnouncer />
    </>
  );
}

/** A page that changes without being loaded is told to screen readers by nobody else. */
function RouteAnnouncer() {
  const title = useCurrentTitle();
  return (
    <div aria-live="polite" className="sr-only">
      {title}
    </div>
  );
}
