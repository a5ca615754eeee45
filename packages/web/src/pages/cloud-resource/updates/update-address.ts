/** The page of a stack update. */
export function updateAddress(id: string): string {
  return `/stack-updates/${encodeURIComponent(id)}`;
}
