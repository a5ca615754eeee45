import { createToastStore } from '../../ui/toast-store.ts';

/** The gallery's own messages, apart from those of the page around it. */
export const galleryToasts = createToastStore();
