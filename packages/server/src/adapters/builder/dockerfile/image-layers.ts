/** A line of an image's history, as the engine tells it. */
export interface HistoryEntry {
  Created: number;
  CreatedBy: string;
  Size: number;
}

/**
 * What images take together: a layer that several of them have counts once. The engine gives sizes by the history of an image
 * only, so a layer is known by all that was done until it was there, and when.
 *
 * @param histories of each image, newest entry first
 */
export function bytesTogether(histories: readonly (readonly HistoryEntry[])[]): number {
  const layers = new Map<string, number>();
  for (const history of histories) {
    let done = '';
    for (const { Created, CreatedBy, Size } of history.toReversed()) {
      // What changes no file tells images apart that have all their layers in common.
      if (Size === 0) continue;
      done += `${JSON.stringify([Created, CreatedBy, Size])}\n`;
      layers.set(done, Size);
    }
  }
  return layers.values().reduce((total, size) => total + size, 0);
}
