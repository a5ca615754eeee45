import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type ServerProcess, startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { launchChromium, openContext } from '../../packages/web/test/support/chromium.ts';
import { createBenchDatabase } from '../runs/bench-database.ts';

/** A real platform whose one project has a canvas full of services, and a browser in which its owner is signed in. */
export interface CanvasStand {
  readonly server: ServerProcess;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly projectId: string;
  readonly serviceIds: readonly string[];
  open(): Promise<Page>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One in four refers to the one before it, and each has an hour of usage. */
export async function startCanvasStand(services: number): Promise<CanvasStand> {
  const database = await createBenchDatabase();
  const server = await startServerProcess({ DATABASE_URL: database.connectionString });
  const browser = await launchChromium();
  const { id: projectId } = await server.api.createProject('bench');
  const serviceIds: string[] = [];
  for (let index = 0; index < services; index += 1) {
    const name = `service-${index}`;
    const service = await server.api.done<{ id: string }>('POST', `/v1/projects/${projectId}/services`, { name });
    serviceIds.push(service.id);
    if (index % 4 !== 1) continue;
    const value = `\${{service-${index - 1}.URL}}`;
    await server.api.done('POST', `/v1/services/${service.id}/env`, { name: 'OTHER_URL', value });
  }
  await database.pool.query(`
    insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, requests, instances)
    select organization_id, id, 60, date_trunc('minute', now()) - step * interval '1 minute', 60,
      (random() * 30000)::bigint, (random() * 600)::bigint, 1
    from services, generate_series(1, 60) step`);
  const context = await openContext(browser, server.url);
  const answer = await context.request.post('/auth/login', {
    headers: { 'x-davit-session': 'cookie', origin: server.url },
    data: { email: 'owner@example.com', password: 'correct horse battery' },
  });
  if (!answer.ok()) throw new Error(`The sign-in was refused: ${answer.status()}`);
  return {
    server,
    browser,
    context,
    projectId,
    serviceIds,
    async open() {
      const page = await context.newPage();
      await page.goto(`/projects/${projectId}`);
      await page
        .locator('.react-flow__node')
        .nth(services - 1)
        .waitFor();
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
