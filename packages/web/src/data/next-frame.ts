/** A page that is not looked at draws no frames. */
const HIDDEN_MS = 100;

/** Waits for the next frame: what is done then is no longer work of this one. */
export async function nextFrame(): Promise<void> {
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, HIDDEN_MS);
  });
}
