/** Holds the place of the page until it is there. */
export function TokensPage() {
  return null;
}
