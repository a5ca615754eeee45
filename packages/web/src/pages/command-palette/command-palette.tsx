import { lazy, Suspense, useEffect } from 'react';
import { setPaletteOpen, usePaletteOpen } from './palette-state.ts';

const PaletteDialog = lazy(async () => ({ default: (await import('./palette-dialog.tsx')).PaletteDialog }));

/** Listens for Ctrl-K (⌘K) and shows the palette; what is in it is loaded when it is first opened. */
export function CommandPalette() {
  const isOpen = usePaletteOpen();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey))
        return;
      // A terminal has its own Ctrl-K: whoever types into it means that.
      if (event.target instanceof Element && event.target.closest('[data-owns-keys]') !== null) return;
      event.preventDefault();
      setPaletteOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <PaletteDialog onClose={() => setPaletteOpen(false)} />
    </Suspense>
  );
}
