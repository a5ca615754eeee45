import { Panel, useReactFlow, useStoreApi } from '@xyflow/react';
import { memo, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Arrangement } from './arrangement.ts';
import type { Point } from './layout.ts';
import { frameOf, MAP_HEIGHT, MAP_WIDTH, pathOf, viewOnMap } from './map-frame.ts';
import { useStableCallback } from './use-stable-callback.ts';

export interface OverviewMapProps extends Pick<Arrangement, 'boxes'> {
  /** Called when somebody chooses by the map what the canvas shows. */
  onChoose: () => void;
}

/** Pixels, lines or pages that a wheel turned, as powers of two of the zoom. */
const WHEEL_STEPS = [0.002, 0.05, 1] as const;

/**
 * The canvas in small, with what is seen of it: press or drag to go elsewhere, turn the wheel to zoom. React Flow's own draws 200 elements in React and
 * looks at each of them whenever the canvas moves (measured: 1.5 ms a frame); here a frame moves one box, and React has no part in it.
 */
export const OverviewMap = memo(function OverviewMap({ boxes, onChoose }: OverviewMapProps) {
  const store = useStoreApi();
  const { setCenter, zoomTo } = useReactFlow();
  const element = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLDivElement>(null);
  /** From the pointer to the middle of the view, while the map is pressed. */
  const grip = useRef<Point>(undefined);
  const { frame, path } = useMemo(() => ({ frame: frameOf(boxes), path: pathOf(boxes) }), [boxes]);

  useLayoutEffect(() => {
    const draw = () => drawMark(mark.current, viewOnMap(frame, store.getState()));
    draw();
    return store.subscribe((now, before) => {
      if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) draw();
    });
  }, [store, frame]);

  const onWheel = useStableCallback((event: WheelEvent) => {
    event.preventDefault();
    onChoose();
    const step = WHEEL_STEPS[event.deltaMode] ?? WHEEL_STEPS[0];
    void zoomTo(store.getState().transform[2] * 2 ** (-event.deltaY * step));
  });
  useEffect(() => {
    const target = element.current;
    // Not by React, whose listeners cannot keep the page from being zoomed.
    target?.addEventListener('wheel', onWheel, { passive: false });
    return () => target?.removeEventListener('wheel', onWheel);
  }, [onWheel]);

  function pointOf(event: PointerEvent<HTMLDivElement>): Point {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  function goTo({ x, y }: Point): void {
    const { x: dx, y: dy } = grip.current ?? { x: 0, y: 0 };
    const [, , zoom] = store.getState().transform;
    void setCenter(frame.x + (x + dx) * frame.scale, frame.y + (y + dy) * frame.scale, { zoom });
  }

  function onPress(event: PointerEvent<HTMLDivElement>): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    onChoose();
    const point = pointOf(event);
    const view = viewOnMap(frame, store.getState());
    const [dx, dy] = [view.x + view.width / 2 - point.x, view.y + view.height / 2 - point.y];
    // What is seen is taken by where it was pressed; beside it, it comes to the pointer.
    const isInside = Math.abs(dx) <= view.width / 2 && Math.abs(dy) <= view.height / 2;
    grip.current = isInside ? { x: dx, y: dy } : { x: 0, y: 0 };
    if (!isInside) goTo(point);
  }

  return (
    <Panel position="bottom-right" className="overview-map">
      <div
        ref={element}
        role="img"
        aria-label="Overview of the canvas"
        className="relative touch-none contain-strict"
        style={{ width: MAP_WIDTH, height: MAP_HEIGHT }}
        onPointerDown={onPress}
        onPointerMove={(event) => (grip.current === undefined ? undefined : goTo(pointOf(event)))}
        onLostPointerCapture={() => {
          grip.current = undefined;
        }}
      >
        <svg
          aria-hidden
          width={MAP_WIDTH}
          height={MAP_HEIGHT}
          viewBox={`${frame.x} ${frame.y} ${MAP_WIDTH * frame.scale} ${MAP_HEIGHT * frame.scale}`}
        >
          <path d={path} shapeRendering="crispEdges" />
        </svg>
        <div ref={mark} className="overview-map-view" />
      </div>
    </Panel>
  );
});

function drawMark(mark: HTMLElement | null, { x, y, width, height }: Point & { width: number; height: number }): void {
  if (mark === null) return;
  mark.style.transform = `translate(${x}px, ${y}px)`;
  const [wide, high] = [`${width}px`, `${height}px`];
  // Only a zoom changes these, and they cost a layout.
  if (mark.style.width !== wide) mark.style.width = wide;
  if (mark.style.height !== high) mark.style.height = high;
}
