import { useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';

/** Pixels that a pointer may wander and still be a click, as React Flow has it. */
const CLICK = 1;

/**
 * Marks the canvas while it is moved by the pointer, so that its style sheet lays a veil over all that is on it. Not as soon as it is taken, which
 * `.dragging` would say: who cannot move nodes takes it with each press on a node, and a click that ends on the veil opens nothing.
 */
export function usePanVeil(): void {
  const store = useStoreApi();
  useEffect(() => {
    let [x, y] = store.getState().transform;
    let isMarked = false;
    function mark(isMoved: boolean): void {
      if (isMoved === isMarked) return;
      isMarked = isMoved;
      store.getState().domNode?.querySelector('.react-flow__pane')?.toggleAttribute('data-panned', isMoved);
    }
    const leave = store.subscribe(({ paneDragging, transform }, before) => {
      if (!before.paneDragging) [x, y] = before.transform;
      if (!paneDragging) mark(false);
      else if (Math.hypot(transform[0] - x, transform[1] - y) > CLICK) mark(true);
    });
    return () => {
      leave();
      mark(false);
    };
  }, [store]);
}
