/** Holds the place of the page until it is there. */
export function ProjectPage() {
  return null;
}
