import { useEffect, useState } from 'react';

/** What has the focus now; for an entry of a menu, which is gone in a moment, the button that opened the menu. */
function focusHolder(): HTMLElement | undefined {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return undefined;
  const opener = active.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return (opener === null || opener === undefined ? null : document.getElementById(opener)) ?? active;
}

/**
 * Gives the focus back to who had it when this component was first rendered (before anything in it takes the focus), once it is gone. Only if the focus
 * would be nowhere otherwise: whoever clicked elsewhere meanwhile wants to stay there. Radix does so for its own triggers only.
 */
export function useReturnFocus(): void {
  const [before] = useState(focusHolder);
  useEffect(
    () => () => {
      // After what holds or traps the focus let go of it.
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && before?.isConnected === true) before.focus({ preventScroll: true });
      }, 0);
    },
    [before],
  );
}

/** The same for a component that is there already before it shows anything: to be put among what it shows. */
export function ReturnFocus(): null {
  useReturnFocus();
  return null;
}
