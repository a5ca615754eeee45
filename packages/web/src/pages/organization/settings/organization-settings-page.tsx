/** Holds the place of the page until it is there. */
export function OrganizationSettingsPage() {
  return null;
}
