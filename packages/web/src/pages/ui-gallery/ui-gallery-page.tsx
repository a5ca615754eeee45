/** Holds the place of the page until it is there. */
export function UiGalleryPage() {
  return null;
}
