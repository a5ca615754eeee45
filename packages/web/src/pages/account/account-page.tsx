/** Holds the place of the page until it is there. */
export function AccountPage() {
  return null;
}
