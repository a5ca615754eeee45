import type { Point } from './layout.ts';

/** The small map's size, in pixels. */
export const MAP_WIDTH = 200;
export const MAP_HEIGHT = 150;
/** Room around the outermost nodes, in pixels of the map. */
const MARGIN = 8;

/** Which part of the canvas the small map shows. */
export interface MapFrame {
  /** The canvas' point at the map's upper left corner. */
  readonly x: number;
  readonly y: number;
  /** Canvas units a pixel of the map. */
  readonly scale: number;
}

export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** What the canvas shows now: React Flow's transform, and the size of its window. */
export interface CanvasView {
  readonly transform: readonly [x: number, y: number, zoom: number];
  readonly width: number;
  readonly height: number;
}

/** The frame in which all nodes are seen, in the middle. */
export function frameOf(boxes: readonly Rectangle[]): MapFrame {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const width = Math.max(1, Math.max(...boxes.map((box) => box.x + box.width)) - left);
  const height = Math.max(1, Math.max(...boxes.map((box) => box.y + box.height)) - top);
  const scale = Math.max(width / (MAP_WIDTH - 2 * MARGIN), height / (MAP_HEIGHT - 2 * MARGIN));
  return { x: left + (width - MAP_WIDTH * scale) / 2, y: top + (height - MAP_HEIGHT * scale) / 2, scale };
}

/** All boxes as one path, in canvas units: 200 elements would cost a layout each whenever one of them moves. */
export function pathOf(boxes: readonly Rectangle[]): string {
  return boxes.map(({ x, y, width, height }) => `M${x},${y}h${width}v${height}h${-width}z`).join('');
}

/** Where on the map that is what the canvas shows now, in pixels. */
export function viewOnMap({ x, y, scale }: MapFrame, { transform, width, height }: CanvasView): Rectangle {
  const [left, top, zoom] = transform;
  return {
    x: (-left / zoom - x) / scale,
    y: (-top / zoom - y) / scale,
    width: width / zoom / scale,
    height: height / zoom / scale,
  };
}
