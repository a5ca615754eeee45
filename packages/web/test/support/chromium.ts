import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian puts it; another machine says where its own is. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Shared memory of a container is too small for a page with a long log.
  '--disable-dev-shm-usage',
];

/** A real Chromium without a window. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath, headless: true, args: quiet });
}

export interface PageFaults {
  /** What the page threw or complained of: empty at the end of each test that expects none. */
  readonly faults: string[];
}

/** Somebody's browser: cookies of its own, and an ear for everything that goes wrong in its pages. */
export async function openContext(
  browser: Browser,
  origin: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext & PageFaults> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(120_000);
  const faults: string[] = [];
  context.on('page', (page) => watchPage(page, origin, faults));
  return Object.assign(context, { faults });
}

function watchPage(page: Page, origin: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // A refused request is part of many tests and is answered by the page; the browser notes each of them.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (protocol.startsWith('http') && target !== origin) faults.push(`a request went to ${target}`);
  });
}
