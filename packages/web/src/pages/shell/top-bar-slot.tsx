import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';

export interface TopBarSlots {
  breadcrumb: HTMLElement | null;
  actions: HTMLElement | null;
}

/** Where the shell's top bar has room for the page's own. */
export const TopBarSlotsContext = createContext<TopBarSlots>({ breadcrumb: null, actions: null });

/** Puts the page's own into the top bar: after the organization (`breadcrumb`), or at the end before the search (`actions`). */
export function TopBarSlot({ place = 'breadcrumb', children }: { place?: keyof TopBarSlots; children: ReactNode }) {
  const slot = useContext(TopBarSlotsContext)[place];
  return slot === null ? null : createPortal(children, slot);
}
