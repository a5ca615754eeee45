import { Outlet } from '@tanstack/react-router';

/** The pages of an organization. */
export function OrganizationLayout() {
  return <Outlet />;
}
