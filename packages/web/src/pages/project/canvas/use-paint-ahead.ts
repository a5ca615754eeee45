import { useStoreApi } from '@xyflow/react';
import { useEffect } from 'react';
import type { CanvasView, Rectangle } from './map-frame.ts';

/** Chromium paints this much around what is a layer of its own, in pixels of the screen; a little is left for rounding. */
const AHEAD = 3900;
/** The canvas has come to rest when it was not moved for so long. */
const REST_MS = 300;

/** What the canvas shows, with room around it, in canvas units. */
function viewWithRoom({ transform, width, height }: CanvasView, room: number): Rectangle {
  const [x, y, zoom] = transform;
  return {
    x: (-x - room) / zoom,
    y: (-y - room) / zoom,
    width: (width + 2 * room) / zoom,
    height: (height + 2 * room) / zoom,
  };
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}

/**
 * Has the browser paint what lies around the window before the canvas is moved there. Otherwise each frame of a pan paints anew every node at the
 * window's edge and the canvas itself (measured: 4.5 ms of the 10 that a frame took; 5 are left). The canvas is a layer of its own for two frames;
 * what was painted then is kept. Left a layer for good it costs more than it saves: 137 layers to be sorted in each frame, 8 ms.
 */
export function usePaintAhead(): void {
  const store = useStoreApi();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    let painted: Rectangle | undefined;

    function paint(): void {
      const { domNode, ...now } = store.getState();
      if (domNode === null || now.width === 0) return;
      if (painted !== undefined && contains(painted, viewWithRoom(now, 0))) return;
      painted = viewWithRoom(now, AHEAD);
      domNode.toggleAttribute('data-painting-ahead', true);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => domNode.toggleAttribute('data-painting-ahead', false));
      });
    }

    function atRest(): void {
      clearTimeout(timer);
      timer = setTimeout(paint, REST_MS);
    }

    atRest();
    const leave = store.subscribe((now, before) => {
      if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) atRest();
    });
    return () => {
      leave();
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      store.getState().domNode?.toggleAttribute('data-painting-ahead', false);
    };
  }, [store]);
}
