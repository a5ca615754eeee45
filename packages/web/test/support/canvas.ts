import type { Locator, Page } from 'playwright-core';
import type { ApiCaller } from '../../../server/test/support/api-caller.ts';

export interface CanvasService {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
}

/** Services that were never deployed, in the order of their names. */
export async function addServices<const Names extends readonly string[]>(
  api: ApiCaller,
  projectId: string,
  names: Names,
): Promise<{ [Index in keyof Names]: CanvasService }> {
  const services: CanvasService[] = [];
  for (const name of names) {
    services.push(await api.done<CanvasService>('POST', `/v1/projects/${projectId}/services`, { name }));
  }
  return services as { [Index in keyof Names]: CanvasService };
}

/** The node of a service. */
export function nodeOf(page: Page, { id }: { id: string }): Locator {
  return page.locator(`.react-flow__node[data-id="${id}"]`);
}

/** Where a node stands on the canvas, whatever part of it is in view. */
export async function placeOf(page: Page, service: { id: string }): Promise<{ x: number; y: number }> {
  const [x, y] = await nodeOf(page, service).evaluate((node) => {
    // By `left` and `top` it stands, by a transform it is dragged.
    const { left, top, transform } = (node as HTMLElement).style;
    return transform === 'none' ? [left, top] : [...transform.matchAll(/-?[\d.]+/g)].map(([number]) => number);
  });
  return { x: Math.round(Number.parseFloat(x ?? '')), y: Math.round(Number.parseFloat(y ?? '')) };
}

/** Takes a node by its middle and drops it so many pixels further. */
export async function dragNode(page: Page, service: { id: string }, by: { x: number; y: number }): Promise<void> {
  // First it must stand still: the view is fitted to the nodes a moment after they are drawn.
  await nodeOf(page, service).hover({ trial: true });
  const box = await nodeOf(page, service).boundingBox();
  if (box === null) throw new Error('The node is not in view.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 4];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by.x / 2, y + by.y / 2, { steps: 4 });
  await page.mouse.move(x + by.x, y + by.y, { steps: 4 });
  await page.mouse.up();
  // What was dragged is drawn where it was dropped.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}

/** A project with services that were never deployed. */
export async function projectWith<const Names extends readonly string[]>(
  api: ApiCaller,
  name: string,
  ...names: Names
): Promise<{ id: string; services: { [Index in keyof Names]: CanvasService } }> {
  const { id } = await api.createProject(name);
  return { id, services: await addServices(api, id, names) };
}

/** Opens a project's page and waits until its canvas is drawn. */
export async function openCanvas(page: Page, projectId: string): Promise<void> {
  await page.goto(`/projects/${projectId}`);
  await page.locator('.react-flow__node').first().waitFor();
}
